using System.Text.RegularExpressions;
using MetaStore.Raft.Messages;
using MetaStore.Raft.Storage;
using MetaStore.Raft.Storage.Wal;
using MetaStore.Raft.Storage.Wal.Recovery;
using MetaStore.Robustness.Tests.Faults;
using MetaStore.Testing.Processes;

namespace MetaStore.Robustness.Tests.BadInput;

/// <summary>An entry that no member can apply: all stop at it and log how to continue; with that flag all continue with equal state.</summary>
public sealed partial class UnreadableEntryTests
{
    private const int ExitInvariantBroken = 70;
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);

    [SkippableTheory]
    [InlineData("memory", EntryType.ConfChange)]
    [InlineData("rocksdb", EntryType.Normal)]
    public async Task EntryThatCannotBeApplied_StopsEveryMember_AndIsPassedOverByAll(string engine, EntryType type)
    {
        await using var cluster = ProcessCluster.OfMetaStore(3, EngineFlags.Of(engine));
        await cluster.StartAsync();
        await PutAsync(cluster, "before");
        await Task.WhenAll(cluster.Nodes.Select(node => node.Process!.TerminateAsync()));
        AppendToAll(cluster, type, "no batch and no change"u8.ToArray());

        // Two of them commit it and exit; the third has no quorum then, and exits at the latest when the others run again.
        Launch(cluster);
        await Task.WhenAny(Pairs(cluster.Nodes).Select(pair => Task.WhenAll(pair.Select(node => node.Process!.EndsWithinAsync(Limit)))));
        var ended = cluster.Nodes.Where(node => !node.Process!.IsRunning).ToArray();
        Assert.True(ended.Length >= 2, await ClusterProbe.DescribeAsync(cluster));
        Assert.All(ended, node => Assert.Equal(ExitInvariantBroken, node.Process!.ExitCode));
        var flag = Assert.Single(ended.Select(node => WayOut().Match(node.Process!.Output).Value).Distinct());
        Assert.NotEmpty(flag);
        await Task.WhenAll(cluster.Nodes.Select(node => node.Process!.KillAsync()));

        Launch(cluster, flag);
        await Task.WhenAll(cluster.Nodes.Select(cluster.WaitUntilHealthyAsync));
        await PutAsync(cluster, "after");
        Assert.True(await ClusterProbe.AgreeAsync(cluster, Limit));
        Assert.All(cluster.Nodes, node => Assert.Contains("Skipping entry", node.Process!.Output, StringComparison.Ordinal));
    }

    [GeneratedRegex("--unsafe-skip-entry=[0-9]+:[0-9a-f]{16}")]
    private static partial Regex WayOut();

    private static IEnumerable<ClusterNode[]> Pairs(IReadOnlyList<ClusterNode> nodes) => [[nodes[0], nodes[1]], [nodes[0], nodes[2]], [nodes[1], nodes[2]]];

    private static void Launch(ProcessCluster cluster, params string[] flags)
    {
        foreach (var node in cluster.Nodes)
        {
            cluster.Launch(node, flags);
        }
    }

    /// <summary>Extends all logs to the end of the longest one and appends the entry.</summary>
    private static void AppendToAll(ProcessCluster cluster, EntryType type, byte[] data)
    {
        var logs = cluster.Nodes.Select(node => Edit(node, _ => [])).ToArray();
        var longest = logs.MaxBy(log => log.LastIndex)!;
        var last = longest.Entries[^1];
        foreach (var node in cluster.Nodes)
        {
            Edit(node, log => [.. longest.Entries.Where(entry => entry.Index > log.LastIndex), new Entry(last.Term, last.Index + 1, type, data)]);
        }
    }

    private static WalRecovery Edit(ClusterNode node, Func<WalRecovery, Entry[]> more)
    {
        Assert.True(DataDirectory.TryReadIdentity(node.DataDirectory, out var identity));
        using var directory = DataDirectory.Open(node.DataDirectory, identity.ClusterId, identity.NodeId, engine: identity.Engine);
        using var wal = WriteAheadLog.Open(directory.WalOptions, out var recovery);
        var entries = more(recovery);
        if (entries.Length > 0)
        {
            using var durable = new Durable();
            wal.Append(new WalAppend { Entries = entries, HardState = recovery.HardState, MustSync = true, Completion = durable });
            durable.Wait();
        }

        return recovery;
    }

    private static async Task PutAsync(ProcessCluster cluster, string value)
    {
        foreach (var node in cluster.Nodes)
        {
            using var client = ClusterProbe.ClientOf(node);
            await client.Kv.PutAsync($"unreadable/{node.Name}", value);
        }
    }

    private sealed class Durable : IWalCompletion, IDisposable
    {
        private readonly ManualResetEventSlim _done = new();

        public void OnDurable(WalAppend append) => _done.Set();

        public void Wait() => Assert.True(_done.Wait(Limit));

        public void Dispose() => _done.Dispose();
    }
}
