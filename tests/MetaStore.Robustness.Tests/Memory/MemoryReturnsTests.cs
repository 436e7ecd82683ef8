using MetaStore.Robustness.Tests.Faults;
using MetaStore.Testing;
using MetaStore.Testing.Processes;

namespace MetaStore.Robustness.Tests.Memory;

/// <summary>Memory used for responses is returned to the operating system after the readers have disconnected, also when the member is idle.</summary>
public sealed class MemoryReturnsTests
{
    private const long MiB = 1 << 20;

    [Fact]
    public async Task ResponsesOfDisconnectedReaders_AreFreed()
    {
        await using var cluster = ProcessCluster.OfMetaStore(1, "--response-bytes-total", "4GiB");
        await cluster.StartAsync();
        var node = cluster.Nodes[0];
        using (var client = ClusterProbe.ClientOf(node))
        {
            for (var i = 0; i < 40; i++)
            {
                await client.Kv.PutAsync($"data{i:00}", new byte[MiB]);
            }
        }

        var before = node.Process!.ResidentBytes;
        using (var readers = new SlowReaders(node, "/etcdserverpb.KV/Range"))
        {
            Assert.All(await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => readers.AskAsync(SlowReaders.Everything))), Assert.Null);
            Assert.InRange(node.Process.ResidentBytes - before, 600 * MiB, long.MaxValue);
        }

        await Eventually.TrueAsync(
            () => node.Process.ResidentBytes - before < 300 * MiB, TimeSpan.FromSeconds(60),
            () => $"{(node.Process.ResidentBytes - before) / MiB} MiB are left");
    }
}
