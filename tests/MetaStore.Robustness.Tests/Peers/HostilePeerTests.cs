using MetaStore.Protocol.Etcd;
using Google.Protobuf;
using Grpc.Core;
using MetaStore.Protocol.Peer;
using MetaStore.Robustness.Tests.Faults;
using MetaStore.Testing;
using MetaStore.Testing.Processes;

namespace MetaStore.Robustness.Tests.Peers;

/// <summary>Messages sent to the peer port in the name of a member stop no member, now or at the next start, and prevent no election.</summary>
public sealed class HostilePeerTests
{
    private const ulong HighestTerm = (1UL << 62) - 1;

    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);

    [SkippableTheory]
    [InlineData("memory")]
    [RowOnRequest("rocksdb")]
    public async Task SnapshotsProposalsAndTerms_OfANonMember_AreRejected(string engine)
    {
        await using var cluster = ProcessCluster.OfMetaStore(3, EngineFlags.Of(engine));
        await cluster.StartAsync();
        await PutAsync(cluster, "before");
        var hostile = await HostilePeer.OfAsync(cluster);
        var term = await TermAsync(cluster);

        foreach (var from in cluster.Nodes)
        {
            await SendAsync(hostile, cluster, from, term);
        }

        // Each impersonated member runs and denies the connection.
        await RunningAsync(cluster.Nodes, "says that it is not dialling");

        // A stopped member cannot deny it: the messages are read, and still do no harm.
        var leader = await ClusterProbe.LeaderAsync(cluster, Limit);
        var away = cluster.Nodes.First(node => node != leader);
        await away.Process!.KillAsync();
        await SendAsync(hostile, cluster, away, term);
        await RunningAsync(cluster.Nodes.Where(node => node != away), "too far above");
        cluster.Launch(away);
        await cluster.WaitUntilHealthyAsync(away);

        await PutAsync(cluster, "after");
        Assert.InRange(await TermAsync(cluster), term, term + 1000);
        await (await ClusterProbe.LeaderAsync(cluster, Limit)).Process!.KillAsync();
        await ClusterProbe.LeaderAsync(cluster, Limit);
        await Task.WhenAll(cluster.Nodes.Select(node => node.Process!.KillAsync()));
        foreach (var node in cluster.Nodes)
        {
            cluster.Launch(node);
        }

        await Task.WhenAll(cluster.Nodes.Select(cluster.WaitUntilHealthyAsync));
        await PutAsync(cluster, "restarted");
        Assert.True(await ClusterProbe.AgreeAsync(cluster, Limit));
    }

    private static async Task SendAsync(HostilePeer hostile, ProcessCluster cluster, ClusterNode from, ulong term)
    {
        foreach (var to in cluster.Nodes.Where(node => node != from))
        {
            await hostile.SendAsync(from, to, Lane.Control, [], Snapshot(hostile, cluster, term));
            await hostile.SendAsync(from, to, Lane.Append, [], Snapshot(hostile, cluster, term));
            await hostile.SendAsync(from, to, Lane.Snapshot, [16, 0, 0, 0, 0, 0, 0, 0, .. new byte[16]], Snapshot(hostile, cluster, term));
            await hostile.SendAsync(from, to, Lane.Append, [], Proposal(term, "no batch"u8), Proposal(term, "P\u0001"u8), Proposal(term, []));
            await hostile.SendAsync(from, to, Lane.Control, [], [.. Enum.GetValues<PeerMessageType>().Select(type => Far(type))]);
        }
    }

    /// <summary>Asserts that all run, and waits until each has logged the rejection.</summary>
    private static async Task RunningAsync(IEnumerable<ClusterNode> nodes, string said)
    {
        foreach (var node in nodes)
        {
            await Eventually.TrueAsync(
                () => !node.Process!.IsRunning || node.Process.Output.Contains(said, StringComparison.Ordinal), Limit, () => $"{node.Name} does not log that it {said}: {node.Process!.Output}");
            Assert.True(node.Process!.IsRunning, $"{node.Name} ended with {(node.Process.IsRunning ? 0 : node.Process.ExitCode)}:\n{node.Process.Output}");
        }
    }

    private static PeerMessage Snapshot(HostilePeer hostile, ProcessCluster cluster, ulong term)
    {
        var message = new PeerMessage { Type = PeerMessageType.PeerInstallSnapshot, Term = term, Snapshot = new SnapshotPoint { Index = 1_000_000, Term = term } };
        message.Snapshot.Voters.Add(cluster.Nodes.Select(hostile.IdOf).Order());
        return message;
    }

    private static PeerMessage Proposal(ulong term, ReadOnlySpan<byte> data) => new()
    {
        Type = PeerMessageType.PeerPropose,
        Term = term,
        Entries = { new LogEntry { Data = ByteString.CopyFrom(data) } },
    };

    private static PeerMessage Far(PeerMessageType type) =>
        type is PeerMessageType.PeerAppendEntries or PeerMessageType.PeerPropose or PeerMessageType.PeerInstallSnapshot or PeerMessageType.PeerMessageNone
            ? new PeerMessage { Type = PeerMessageType.PeerHeartbeat, Term = HighestTerm }
            : new PeerMessage { Type = type, Term = HighestTerm };

    private static async Task PutAsync(ProcessCluster cluster, string value)
    {
        foreach (var node in cluster.Nodes)
        {
            using var client = ClusterProbe.ClientOf(node);
            var last = "no response";
            await Eventually.TrueAsync(
                async () =>
                {
                    try
                    {
                        await client.Kv.PutAsync($"hostile/{node.Name}", value);
                        return true;
                    }
                    catch (RpcException refused)
                    {
                        // A peer of another cluster can still interrupt connections briefly; they are restored.
                        last = refused.Status.ToString();
                        return false;
                    }
                },
                Limit,
                () => last);
        }
    }

    private static async Task<ulong> TermAsync(ProcessCluster cluster)
    {
        using var client = ClusterProbe.ClientOf(await ClusterProbe.LeaderAsync(cluster, Limit));
        return (await client.Maintenance.StatusAsync(new StatusRequest())).RaftTerm;
    }
}
