using Google.Protobuf;
using MetaStore.Protocol.Peer;
using MetaStore.Robustness.Tests.Faults;
using MetaStore.Testing;
using MetaStore.Testing.Processes;

namespace MetaStore.Robustness.Tests.Peers;

/// <summary>With a peer secret every attack of <see cref="HostilePeerTests"/> ends at the handshake, also in the name of a member that is down.</summary>
public sealed class SecretPeerTests
{
    private static readonly TimeSpan s_limit = TimeSpan.FromSeconds(60);

    [Fact]
    public async Task Attacks_InTheNameOfAnyMember_EndAtTheHandshake()
    {
        string secret = Path.GetTempFileName();
        try
        {
            await File.WriteAllTextAsync(secret, "a secret of a test, which has more than 32 bytes\n");
            await using var cluster = ProcessCluster.OfMetaStore(3, "--peer-secret-file", secret);
            await cluster.StartAsync();
            var hostile = await HostilePeer.OfAsync(cluster);
            var leader = await ClusterProbe.LeaderAsync(cluster, s_limit);
            var away = cluster.Nodes.First(node => node != leader);
            await away.Process!.KillAsync();
            foreach (var from in cluster.Nodes)
            {
                foreach (var to in cluster.Nodes.Where(node => node != from && node != away))
                {
                    await AttackAsync(hostile, cluster, from, to);
                }
            }

            foreach (var node in cluster.Nodes.Where(node => node != away))
            {
                await Eventually.TrueAsync(() => node.Process!.Output.Contains("it has no peer secret", StringComparison.Ordinal), s_limit, () => node.Process!.Output);
                Assert.True(node.Process!.IsRunning, node.Process.Output);
                Assert.DoesNotContain("too far above", node.Process.Output, StringComparison.Ordinal);
                Assert.DoesNotContain("was not taken", node.Process.Output, StringComparison.Ordinal);
            }

            cluster.Launch(away);
            await cluster.WaitUntilHealthyAsync(away);
            Assert.True(await ClusterProbe.AgreeAsync(cluster, s_limit));
        }
        finally
        {
            File.Delete(secret);
        }
    }

    private static async Task AttackAsync(HostilePeer hostile, ProcessCluster cluster, ClusterNode from, ClusterNode to)
    {
        foreach (Lane lane in (Lane[])[Lane.Control, Lane.Append, Lane.Snapshot, Lane.Probe, Lane.Members, Lane.Acknowledged, Lane.Confirm])
        {
            var snapshot = new PeerMessage { Type = PeerMessageType.PeerInstallSnapshot, Term = 9, Snapshot = new SnapshotPoint { Index = 1_000_000, Term = 9 } };
            snapshot.Snapshot.Voters.Add(cluster.Nodes.Select(hostile.IdOf).Order());
            await hostile.SendAsync(
                from, to, lane, [16, 0, 0, 0, 0, 0, 0, 0, .. new byte[16]], snapshot,
                new PeerMessage { Type = PeerMessageType.PeerHeartbeat, Term = (1UL << 62) - 1 },
                new PeerMessage { Type = PeerMessageType.PeerPropose, Term = 9, Entries = { new LogEntry { Data = ByteString.CopyFromUtf8("no batch") } } });
        }
    }
}
