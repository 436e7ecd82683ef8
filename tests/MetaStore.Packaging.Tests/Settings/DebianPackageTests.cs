using MetaStore.Testing.Processes;

namespace MetaStore.Packaging.Tests.Settings;

/// <summary>packaging/deb.sh, with a tree of small files instead of the programs: what the package says, who owns what, and that it is the same each time.</summary>
public sealed class DebianPackageTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("metastore-deb-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [SkippableFact]
    public async Task Package_HasItsFields_Files_AndOwners()
    {
        Skip.IfNot(File.Exists("/usr/bin/dpkg-deb"), "dpkg-deb is not installed");
        string package = await BuildAsync("linux-x64", "1.2.0-rc.1");
        Assert.Equal("metastore_1.2.0~rc.1-1_amd64.deb", Path.GetFileName(package));
        Assert.Equal("metastore 1.2.0~rc.1-1 amd64", (await Dotnet.RunAsync("dpkg-deb", ["-W", "--showformat=${Package} ${Version} ${Architecture}", package])).Trim());
        Assert.Equal("metastore_1.2.0~rc.1-1_arm64.deb", Path.GetFileName(await BuildAsync("linux-arm64", "1.2.0-rc.1")));

        string[] files = (await Dotnet.RunAsync("dpkg-deb", ["-c", package])).Split('\n');
        Assert.All(files, file => Assert.Contains("root/root", file, StringComparison.Ordinal));
        Assert.Contains(files, file => file.StartsWith("-rwxr-xr-x", StringComparison.Ordinal) && file.EndsWith("./usr/lib/metastore/metastore", StringComparison.Ordinal));
        Assert.Contains(files, file => file.EndsWith("./usr/bin/metastore -> ../lib/metastore/metastore", StringComparison.Ordinal));
        Assert.All(
            (string[])["lib/systemd/system/metastore.service", "etc/default/metastore", "etc/metastore/config.yaml", "usr/share/doc/metastore/copyright", "usr/share/doc/metastore/changelog.Debian.gz"],
            name => Assert.Contains(files, file => file.StartsWith("-rw-r--r--", StringComparison.Ordinal) && file.EndsWith("./" + name, StringComparison.Ordinal)));
        Assert.DoesNotContain(files, file => file.EndsWith("/LICENSE", StringComparison.Ordinal));
    }

    [SkippableFact]
    public async Task Package_IsTheSame_FromTheSameTree()
    {
        Skip.IfNot(File.Exists("/usr/bin/dpkg-deb"), "dpkg-deb is not installed");
        string package = await BuildAsync("linux-x64", "1.2.0");
        byte[] first = await File.ReadAllBytesAsync(package);
        File.Delete(package);
        Assert.Equal(first, await File.ReadAllBytesAsync(await BuildAsync("linux-x64", "1.2.0")));
    }

    /// <summary>1.2.0~rc.1 is older than 1.2.0: dpkg upgrades from one to the other.</summary>
    [SkippableFact]
    public async Task PreRelease_IsOlderThanItsRelease()
    {
        Skip.IfNot(File.Exists("/usr/bin/dpkg"), "dpkg is not installed");
        await Dotnet.RunAsync("dpkg", ["--compare-versions", "1.2.0~rc.1-1", "lt", "1.2.0-1"]);
    }

    private async Task<string> BuildAsync(string rid, string version)
    {
        string tree = Path.Combine(_folder, $"metastore-{version}-{rid}");
        string programs = Directory.CreateDirectory(Path.Combine(tree, "lib", "metastore")).FullName;
        string documents = Directory.CreateDirectory(Path.Combine(tree, "share", "doc", "metastore")).FullName;
        string shared = Directory.CreateDirectory(Path.Combine(tree, "share", "metastore")).FullName;
        Directory.CreateDirectory(Path.Combine(tree, "bin"));
        foreach (string file in (string[])["LICENSE", "README.md", "CHANGELOG.md"])
        {
            await File.WriteAllTextAsync(Path.Combine(documents, file), file);
        }

        await File.WriteAllTextAsync(Path.Combine(shared, "metastore.service"), "");
        await File.WriteAllTextAsync(Path.Combine(programs, "metastore"), "#!/bin/sh\n");
        await Dotnet.RunAsync("chmod", ["755", Path.Combine(programs, "metastore")]);
        if (!Path.Exists(Path.Combine(tree, "bin", "metastore")))
        {
            File.CreateSymbolicLink(Path.Combine(tree, "bin", "metastore"), "../lib/metastore/metastore");
        }

        await Dotnet.RunAsync("/usr/bin/env", ["SOURCE_DATE_EPOCH=1700000000", "bash", Path.Combine(Programs.SourceTree, "packaging", "deb.sh"), tree, version, _folder]);
        return Assert.Single(Directory.GetFiles(_folder, $"metastore_*_{(rid == "linux-x64" ? "amd64" : "arm64")}.deb"));
    }
}
