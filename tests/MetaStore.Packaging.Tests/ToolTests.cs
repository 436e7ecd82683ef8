using MetaStore.Testing.Processes;

namespace MetaStore.Packaging.Tests;

/// <summary>metactl and metastore as their users get them: installed by <c>dotnet tool</c> from the packages.</summary>
[Collection(nameof(PackageCollection))]
public sealed class ToolTests(Packages packages) : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("metastore-tools-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task Installed_TheySayTheirVersion_AndWorkTogetherOnRocksDb()
    {
        string metactl = await InstallAsync("metactl");
        string metastore = await InstallAsync("metastore");
        Assert.Equal($"metactl version: {packages.Version("metactl")}", (await Dotnet.RunAsync(metactl, ["version"])).Split('\n')[0]);
        Assert.Equal($"MetaStore Version: {packages.Version("metastore")}", (await Dotnet.RunAsync(metastore, ["--version"])).Split('\n')[1]);

        await using var cluster = ProcessCluster.Of(metastore, 1, "--engine", "rocksdb");
        await cluster.StartAsync();
        Assert.Equal("OK", (await Dotnet.RunAsync(metactl, ["--endpoints", cluster.Endpoints, "put", "installed", "works"])).Trim());
        Assert.Equal("installed\nworks", (await Dotnet.RunAsync(metactl, ["--endpoints", cluster.Endpoints, "get", "installed"])).Trim());
    }

    private async Task<string> InstallAsync(string id)
    {
        await Dotnet.RunAsync("tool", "install", id, "--version", packages.Version(id), "--tool-path", _folder, "--source", packages.Folder);
        return Path.Combine(_folder, id);
    }
}
