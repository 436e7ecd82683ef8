namespace MetaStore.Packaging.Tests;

/// <summary>What is released: exactly these packages, each with what its page on a feed shows.</summary>
[Collection(nameof(PackageCollection))]
public sealed class PackageListTests(Packages packages)
{
    private static readonly string[] Libraries = ["MetaStore.Client", "MetaStore.Hosting", "MetaStore.Protocol"];
    private static readonly string[] Tools = ["metactl", "metastore"];

    public static TheoryData<string> All => [.. Libraries, .. Tools];

    [Fact]
    public void Solution_PacksTheLibrariesAndTheTwoTools()
    {
        Assert.Equal([.. Libraries, .. Tools], packages.Ids("nupkg"));
        Assert.Equal([.. Libraries, .. Tools], packages.Ids("snupkg"));
    }

    [Theory]
    [MemberData(nameof(All))]
    public void Package_SaysWhatItIs(string id)
    {
        var metadata = packages.Metadata(id);
        Assert.Equal("Apache-2.0", metadata.Element("license")!.Value);
        Assert.Equal("MetaStore contributors", metadata.Element("authors")!.Value);
        Assert.NotEqual("Package Description", metadata.Element("description")!.Value);
        Assert.Contains("etcd", metadata.Element("tags")!.Value, StringComparison.Ordinal);
        Assert.Equal("README.md", metadata.Element("readme")!.Value);
        Assert.Contains("README.md", packages.Contents(id));
    }

    [Fact]
    public void AllVersions_AreTheSame_AndNotTheDefault()
    {
        string version = Assert.Single(packages.Ids("nupkg").Select(packages.Version).Distinct());
        Assert.DoesNotContain(version, (string[])["0.0.0", "1.0.0"]);
        Assert.All(
            packages.Metadata("MetaStore.Client").Descendants("dependency").Where(dependency => dependency.Attribute("id")!.Value == "MetaStore.Protocol"),
            dependency => Assert.Equal(version, dependency.Attribute("version")!.Value));
    }

    [Fact]
    public void LibrariesOfClients_AreThereForBothFrameworks() => Assert.All(
        ((string[])["MetaStore.Client", "MetaStore.Protocol"]).SelectMany(_ => (string[])["net8.0", "net10.0"], (id, framework) => (Id: id, File: $"lib/{framework}/{id}.dll")),
        library => Assert.Contains(library.File, packages.Contents(library.Id)));

    [Fact]
    public void Client_HasItsDocumentation() => Assert.All(
        (string[])["net8.0", "net10.0"], framework => Assert.Contains($"lib/{framework}/MetaStore.Client.xml", packages.Contents("MetaStore.Client")));

    [Fact]
    public void Server_HasRocksDbForBothProcessors() => Assert.Equal(
        ["tools/net10.0/any/runtimes/linux-arm64/native/librocksdb.so", "tools/net10.0/any/runtimes/linux-x64/native/librocksdb.so"],
        packages.Contents("metastore").Where(file => file.Contains("librocksdb", StringComparison.Ordinal)).Order(StringComparer.Ordinal));
}
