using System.Net.Http.Json;
using MetaStore.Testing;
using MetaStore.Testing.Processes;

namespace MetaStore.Crashes.Tests.Check;

/// <summary>Parts of a data directory that come from another time or another member, or are missing, are rejected (67) with a one-line reason.</summary>
/// <remarks>A member that started anyway would skip entries that its cluster writes again.</remarks>
public sealed class OtherMomentTests
{
    private const int ForeignDirectory = 67;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    [SkippableTheory]
    [InlineData("rocksdb", "wal", "the log ends at index")]
    public async Task AnOlderLog_IsRefused(string engine, string part, string why)
    {
        await using var cluster = ProcessCluster.OfMetaStore(1, EngineFlags.Of(engine));
        var node = cluster.Nodes[0];
        await cluster.StartAsync();
        await PutAsync(node, 10);
        await StopAsync(node);
        var kept = node.DataDirectory + ".kept";
        Copy(Path.Combine(node.DataDirectory, part), kept);

        await cluster.StartAsync();
        await PutAsync(node, 100);
        await FlushAsync(node);
        await StopAsync(node);
        Replace(Path.Combine(node.DataDirectory, part), kept);
        await AssertRefusedAsync(cluster, node, why);
    }

    /// <summary>The second member's state is newer than the first one's log, and from another cluster.</summary>
    [SkippableFact]
    public async Task TheEngineOfAnotherMember_IsRefused()
    {
        await using var one = ProcessCluster.OfMetaStore(1, EngineFlags.Of("rocksdb"));
        await using var other = ProcessCluster.OfMetaStore(1, EngineFlags.Of("rocksdb"));
        await Task.WhenAll(one.StartAsync(), other.StartAsync());
        await PutAsync(other.Nodes[0], 100);
        await FlushAsync(other.Nodes[0]);
        await StopAsync(one.Nodes[0]);
        await StopAsync(other.Nodes[0]);
        Replace(Path.Combine(one.Nodes[0].DataDirectory, "engine"), Path.Combine(other.Nodes[0].DataDirectory, "engine"));
        await AssertRefusedAsync(one, one.Nodes[0], "the log ends at index");
    }

    [SkippableTheory]
    [RowOnRequest("memory", "wal", "wal is missing")]
    [InlineData("memory", "snap", "snap is missing")]
    [InlineData("rocksdb", "wal", "wal is missing")]
    [RowOnRequest("rocksdb", "snap", "snap is missing")]
    public async Task AMissingPart_IsRefused(string engine, string part, string why)
    {
        await using var cluster = ProcessCluster.OfMetaStore(1, EngineFlags.Of(engine));
        await cluster.StartAsync();
        await PutAsync(cluster.Nodes[0], 10);
        await StopAsync(cluster.Nodes[0]);
        Directory.Delete(Path.Combine(cluster.Nodes[0].DataDirectory, part), recursive: true);
        await AssertRefusedAsync(cluster, cluster.Nodes[0], why);
    }

    /// <summary>The log was truncated, so it cannot replace what is missing.</summary>
    [SkippableTheory]
    [InlineData("memory", "snap")]
    [InlineData("rocksdb", "engine")]
    public async Task AnEmptiedPart_ThatTheLogDoesNotMakeUpFor_IsRefused(string engine, string part)
    {
        await using var cluster = ProcessCluster.OfMetaStore(1, EngineFlags.Of(engine, "--snapshot-count", "20", "--snapshot-catchup-entries", "1"));
        await cluster.StartAsync();
        await PutAsync(cluster.Nodes[0], 300);
        await FlushAsync(cluster.Nodes[0]);
        await PutAsync(cluster.Nodes[0], 100);
        await StopAsync(cluster.Nodes[0]);
        var folder = Path.Combine(cluster.Nodes[0].DataDirectory, part);
        Directory.Delete(folder, recursive: true);
        Directory.CreateDirectory(folder);
        await AssertRefusedAsync(cluster, cluster.Nodes[0], "is missing");
    }

    private static async Task AssertRefusedAsync(ProcessCluster cluster, ClusterNode node, string why)
    {
        cluster.Launch(node);
        var exitCode = await node.Process!.WaitForExitAsync(Patience);
        Assert.True(exitCode == ForeignDirectory, $"exit code {exitCode}\n{node.Process.Output}");
        Assert.Contains(why, node.Process.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("   at MetaStore", node.Process.Output, StringComparison.Ordinal);
    }

    private static async Task PutAsync(ClusterNode node, int count)
    {
        using var http = new HttpClient { BaseAddress = node.ClientUrl };
        for (var i = 0; i < count; i++)
        {
            var answer = await http.PostAsJsonAsync("/v3/kv/put", new { key = Convert.ToBase64String(BitConverter.GetBytes(i)), value = "eA==" });
            answer.EnsureSuccessStatusCode();
        }
    }

    /// <summary>A defragmentation first writes all of RocksDB's memtables to files.</summary>
    private static async Task FlushAsync(ClusterNode node)
    {
        using var http = new HttpClient { BaseAddress = node.ClientUrl };
        (await http.PostAsync("/v3/maintenance/defragment", new StringContent("{}"))).EnsureSuccessStatusCode();
    }

    private static async Task StopAsync(ClusterNode node) => await node.Process!.TerminateAsync();

    private static void Replace(string folder, string by)
    {
        Directory.Delete(folder, recursive: true);
        Copy(by, folder);
    }

    private static void Copy(string from, string to)
    {
        Directory.CreateDirectory(to);
        foreach (var file in Directory.GetFiles(from))
        {
            File.Copy(file, Path.Combine(to, Path.GetFileName(file)));
        }

        foreach (var folder in Directory.GetDirectories(from))
        {
            Copy(folder, Path.Combine(to, Path.GetFileName(folder)));
        }
    }
}
