using MetaStore.Robustness.Tests.Faults;
using MetaStore.Testing;
using MetaStore.Testing.Processes;

namespace MetaStore.Robustness.Tests.BadInput;

/// <summary>A member whose log was replaced by an older copy lost acknowledged entries: both sides report it, and the member does not continue under its id.</summary>
public sealed class LostEntriesTests
{
    private const int ExitWalCorrupt = 65;
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(30);

    [Fact]
    public async Task LogReplacedByAnOlderCopy_EndsTheMember_AndKeepsItFromStartingAgain()
    {
        await using var cluster = ProcessCluster.OfMetaStore(3);
        await cluster.StartAsync();
        await PutAsync(cluster, 20);
        var leader = await ClusterProbe.LeaderAsync(cluster, Limit);
        var victim = cluster.Nodes.First(node => node != leader);
        await victim.Process!.TerminateAsync();
        var log = Path.Combine(victim.DataDirectory, "wal");
        Copy(log, log + ".old");
        cluster.Launch(victim);
        await cluster.WaitUntilHealthyAsync(victim);
        await PutAsync(cluster, 20);
        Assert.True(await ClusterProbe.AgreeAsync(cluster, Limit));
        await victim.Process!.KillAsync();
        Directory.Delete(log, recursive: true);
        Directory.Move(log + ".old", log);

        cluster.Launch(victim);
        Assert.Equal(ExitWalCorrupt, await victim.Process!.WaitForExitAsync(Limit));
        Assert.Contains("acknowledged data is missing", victim.Process.Output, StringComparison.Ordinal);
        await Eventually.TrueAsync(
            () => leader.Process!.Output.Contains("which it acknowledged as durable", StringComparison.Ordinal), Limit, () => leader.Process!.Output);

        // A supervisor restarts it, and meanwhile another member may be the leader, to which it has acknowledged nothing.
        cluster.Launch(victim);
        Assert.Equal(ExitWalCorrupt, await victim.Process!.WaitForExitAsync(Limit));
        Assert.Contains("acknowledged data is missing", victim.Process.Output, StringComparison.Ordinal);
        Assert.True(await cluster.IsHealthyAsync(leader));
    }

    private static async Task PutAsync(ProcessCluster cluster, int count)
    {
        using var client = ClusterProbe.ClientOf(cluster.Nodes[0]);
        for (var i = 0; i < count; i++)
        {
            await client.Kv.PutAsync($"lost/{i}", "value");
        }
    }

    private static void Copy(string from, string to)
    {
        Directory.CreateDirectory(to);
        foreach (var file in Directory.EnumerateFiles(from))
        {
            File.Copy(file, Path.Combine(to, Path.GetFileName(file)));
        }
    }
}
