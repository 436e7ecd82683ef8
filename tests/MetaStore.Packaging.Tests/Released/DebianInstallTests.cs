using MetaStore.Testing;
using MetaStore.Testing.Processes;

namespace MetaStore.Packaging.Tests.Released;

/// <summary>The Debian package of a release: clean for lintian, and installed, started, upgraded, removed and purged in a Debian of its own.</summary>
public sealed class DebianInstallTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("metastore-deb-").FullName;
    private readonly int[] _ports = FreePorts.Take(2);

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [SkippableFact]
    public async Task Lintian_FindsNothing()
    {
        ReleasedFiles.Require();
        Skip.IfNot(File.Exists("/usr/bin/lintian"), "lintian is not installed");
        Assert.Equal("", await Dotnet.RunAsync("lintian", ["--allow-root", "--fail-on", "error,warning", ReleasedFiles.DebianPackage]));
    }

    [SkippableFact]
    public async Task Installed_Started_Upgraded_Removed_Purged()
    {
        ReleasedFiles.Require();
        Skip.IfNot(Environment.IsPrivilegedProcess, "chroot needs root");
        Skip.IfNot(File.Exists("/usr/sbin/debootstrap"), "debootstrap is not installed");
        await using DebianRoot root = await DebianRoot.CreateAsync();

        await root.RunAsync("dpkg", "-i", root.Add(ReleasedFiles.DebianPackage));
        Assert.Equal("700 metastore metastore", (await root.RunAsync("stat", "-c", "%a %U %G", "/var/lib/metastore")).Trim());
        Assert.EndsWith(":/var/lib/metastore:/usr/sbin/nologin", (await root.RunAsync("getent", "passwd", "metastore")).Trim(), StringComparison.Ordinal);
        Assert.NotNull(new FileInfo(root.Path + "/etc/systemd/system/multi-user.target.wants/metastore.service").LinkTarget);
        await WithMemberAsync(root, async () => Assert.Equal("OK", await MetactlAsync(root, "put", "kept", "by upgrades")));

        await File.AppendAllTextAsync(root.Path + "/etc/default/metastore", "METASTORE_SNAPSHOT_COUNT=1000\n");
        await root.RunAsync("dpkg", "-i", root.Add(await NextPackageAsync()));
        Assert.Contains("999.0.0-1", await root.RunAsync("dpkg-query", "-W", "metastore"), StringComparison.Ordinal);
        Assert.Contains("METASTORE_SNAPSHOT_COUNT=1000", await File.ReadAllTextAsync(root.Path + "/etc/default/metastore"), StringComparison.Ordinal);
        await WithMemberAsync(root, async () => Assert.Equal("kept\nby upgrades", await MetactlAsync(root, "get", "kept")));

        await root.RunAsync("dpkg", "--remove", "metastore");
        Assert.False(root.Has("/usr/bin/metastore") || root.Has("/usr/lib/metastore"));
        Assert.True(root.Has("/var/lib/metastore/default") && root.Has("/etc/metastore/config.yaml"));

        await root.RunAsync("dpkg", "--purge", "metastore");
        Assert.False(root.Has("/var/lib/metastore") || root.Has("/etc/metastore") || root.Has("/etc/default/metastore"));
        Assert.Null(new FileInfo(root.Path + "/etc/systemd/system/multi-user.target.wants/metastore.service").LinkTarget);
    }

    /// <summary>The same tree as a package of a later version.</summary>
    private async Task<string> NextPackageAsync()
    {
        string tree = Directory.CreateDirectory(Path.Combine(_folder, Path.GetFileName(ReleasedFiles.Archive)[..^".tar.gz".Length])).FullName;
        await Dotnet.RunAsync("tar", ["-xzf", ReleasedFiles.Archive, "-C", tree, "--strip-components=1"]);
        await Dotnet.RunAsync("/usr/bin/env", ["SOURCE_DATE_EPOCH=0", "bash", Path.Combine(Programs.SourceTree, "packaging", "deb.sh"), tree, "999.0.0", _folder]);
        return Assert.Single(Directory.GetFiles(_folder, "metastore_999.0.0-1_*.deb"));
    }

    /// <summary>Runs the unit's command as its user, on ports of this test, while <paramref name="use"/> runs.</summary>
    private async Task WithMemberAsync(DebianRoot root, Func<Task> use)
    {
        string unit = await File.ReadAllTextAsync(root.Path + "/lib/systemd/system/metastore.service");
        string command = Assert.Single(unit.Split('\n'), line => line.StartsWith("ExecStart=", StringComparison.Ordinal))["ExecStart=".Length..].Replace(" $DAEMON_ARGS", "", StringComparison.Ordinal);
        string peer = $"http://127.0.0.1:{_ports[1]}";
        await using ServerProcess member = root.Start(
            "metastore",
            [
                .. command.Split(' '), $"--listen-client-urls=http://127.0.0.1:{_ports[0]}", $"--advertise-client-urls=http://127.0.0.1:{_ports[0]}",
                $"--listen-peer-urls={peer}", $"--initial-advertise-peer-urls={peer}", $"--initial-cluster=default={peer}",
            ]);
        await Eventually.TrueAsync(
            () => member.IsRunning ? member.Output.Contains("ready to serve client requests", StringComparison.Ordinal) : throw new InvalidOperationException(member.Output),
            TimeSpan.FromMinutes(2), () => member.Output);
        await use();
        await member.TerminateAsync();
        Assert.True(member.ExitCode == 0, member.Output);
    }

    private async Task<string> MetactlAsync(DebianRoot root, params string[] arguments) =>
        (await root.RunAsync(["/usr/bin/metactl", $"--endpoints=127.0.0.1:{_ports[0]}", .. arguments])).Trim();
}
