using System.Xml.Linq;
using MetaStore.Testing.Processes;

namespace MetaStore.Packaging.Tests;

/// <summary>MetaStore.Hosting: the server's assemblies are in it, their packages are its dependencies, and programs compile against its own API alone.</summary>
[Collection(nameof(PackageCollection))]
public sealed class HostingPackageTests(Packages packages)
{
    private const string Id = "MetaStore.Hosting";

    [Fact]
    public void Lib_HasTheServersAssemblies() => Assert.Equal(
        [
            "MetaStore.Batching", "MetaStore.Bolt", "MetaStore.Engines", "MetaStore.Hosting", "MetaStore.IO", "MetaStore.Raft", "MetaStore.Raft.Runtime", "MetaStore.Raft.Storage",
            "MetaStore.StateMachine", "metastore",
        ],
        Assemblies("lib/net10.0/"));

    [Fact]
    public void Ref_HasItsOwnApi_WithDocumentation()
    {
        Assert.Equal([Id], Assemblies("ref/net10.0/"));
        Assert.Contains($"ref/net10.0/{Id}.xml", packages.Contents(Id));
    }

    [Fact]
    public void Dependencies_AreThePackagesOfTheAssembliesInIt()
    {
        // Pinned versions of what these depend on are listed too.
        var dependencies = packages.Metadata(Id).Descendants("dependency").Select(dependency => dependency.Attribute("id")!.Value);
        var referenced = Assemblies("lib/net10.0/")
            .Select(assembly => assembly == "metastore" ? "MetaStore.Server" : assembly)
            .SelectMany(project => XDocument.Load(Path.Combine(Programs.SourceTree, "src", project, project + ".csproj")).Descendants("PackageReference"))
            .Where(reference => reference.Attribute("PrivateAssets") is null)
            .Select(reference => reference.Attribute("Include")!.Value);
        Assert.Empty(referenced.Append("MetaStore.Client").Except(dependencies));
    }

    [Fact]
    public void Symbols_AreThoseOfEveryAssembly() => Assert.Equal(
        Assemblies("lib/net10.0/"),
        packages.Symbols(Id).Where(file => file.EndsWith(".pdb", StringComparison.Ordinal)).Select(file => Path.GetFileNameWithoutExtension(file)!).Order(StringComparer.Ordinal));

    private IEnumerable<string> Assemblies(string folder) => packages.Contents(Id)
        .Where(file => file.StartsWith(folder, StringComparison.Ordinal) && file.EndsWith(".dll", StringComparison.Ordinal))
        .Select(file => Path.GetFileNameWithoutExtension(file)!).Order(StringComparer.Ordinal);
}
