using MetaStore.Testing.Processes;

namespace MetaStore.Cli.Tests.Documentation;

/// <summary>Runs the commands of docs/migration.md and docs/from-etcd.md, with a real etcd.</summary>
public sealed class MigrationPagesTests
{
    [SkippableFact]
    public async Task Snapshots_MoveToMetaStoreAndBack()
    {
        Skip.If(Programs.Etcd is null || Programs.Etcdctl is null, "etcd is not installed");
        await using var etcd = ProcessCluster.OfEtcd(1);
        await etcd.StartAsync();
        using var shell = new GuideShell();
        var blocks = CommandBlock.RunOf("docs/migration.md");
        Assert.Equal(3, blocks.Count);
        var said = await shell.RunAsync($"etcdctl --endpoints {etcd.Endpoints} put k v\n{blocks[0].Commands}\nmetastore --data-dir target\nmetactl put k v\n{blocks[1].Commands}"
            .Replace("=ETCD", "=" + etcd.Endpoints, StringComparison.Ordinal).Replace("=METASTORE", "=" + shell.Client, StringComparison.Ordinal));
        Assert.Contains("Snapshot saved at metastore.db", said, StringComparison.Ordinal);
    }

    [SkippableFact]
    public async Task Migrate_CopiesAndFollows_AndGoesOn()
    {
        Skip.If(Programs.Etcd is null || Programs.Etcdctl is null, "etcd is not installed");
        await using var etcd = ProcessCluster.OfEtcd(1);
        await etcd.StartAsync();
        using var shell = new GuideShell();
        // It is ended when the key has arrived; by SIGTERM, since a shell starts background jobs with SIGINT ignored.
        var commands = string.Join('\n', CommandBlock.RunOf("docs/migration.md")[2].Lines.Select((line, at) => $"""
            etcdctl --endpoints {etcd.Endpoints} put moved/{at} v
            {line.Split('#')[0]} &
            migration=$!
            until [ "$(metactl get moved/{at} --print-value-only)" = v ]; do kill -0 "$migration"; sleep 0.1; done
            kill "$migration"; wait "$migration" || true
            """));
        var said = await shell.RunAsync("metastore --data-dir target\n" + commands
            .Replace("--from ETCD", "--from " + etcd.Endpoints, StringComparison.Ordinal).Replace("--to METASTORE", "--to " + shell.Client, StringComparison.Ordinal)
            + "\nmetactl get moved/ --prefix --keys-only");
        Assert.Contains("moved/0\n", said, StringComparison.Ordinal);
        Assert.Contains("moved/1\n", said, StringComparison.Ordinal);
    }

    [SkippableFact]
    public async Task FromEtcd_TheTrial_HasTheSameHash()
    {
        Skip.If(Programs.Etcd is null || Programs.Etcdctl is null, "etcd is not installed");
        await using var etcd = ProcessCluster.OfEtcd(1);
        await etcd.StartAsync();
        using var shell = new GuideShell();
        var blocks = CommandBlock.RunOf("docs/from-etcd.md");
        Assert.Equal(2, blocks.Count);
        var said = await shell.RunAsync($"etcdctl --endpoints {etcd.Endpoints} put k v\n{blocks[0].Commands}\n" + blocks[1].Commands
            .Replace("=ETCD", "=" + etcd.Endpoints, StringComparison.Ordinal)
            .Replace("127.0.0.1:4379", shell.Client, StringComparison.Ordinal).Replace("127.0.0.1:4380", shell.Peer, StringComparison.Ordinal));
        string[] hashes = [.. said.Split('\n').Where(line => line.Contains(etcd.Endpoints + ", ", StringComparison.Ordinal) || line.Contains(shell.Client + ", ", StringComparison.Ordinal)).TakeLast(2)
            .Select(line => line.Split(", ")[1])];
        Assert.Equal(2, hashes.Length);
        Assert.Equal(hashes[0], hashes[1]);
    }
}
