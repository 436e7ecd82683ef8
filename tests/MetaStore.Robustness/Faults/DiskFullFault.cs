using System.Diagnostics;
using Grpc.Core;
using MetaStore.Robustness.Cluster;
using MetaStore.Testing;

namespace MetaStore.Robustness.Faults;

/// <summary>Fills a member's disk with other data, sometimes during a restart, and deletes that data later.</summary>
internal sealed class DiskFullFault : IFault
{
    private const int ExitDiskFull = 75;

    public string Name => "disk-full";

    public async Task OnceAsync(FaultScene scene)
    {
        FaultNode victim = await scene.VictimAsync(leaderShare: 0.5);
        bool restarts = scene.Random.Next(3) == 0;
        scene.Note(restarts ? "with a restart" : "running");
        victim.Disk.Fill();
        await Task.Delay(scene.Between(1, 3));
        if (restarts)
        {
            await victim.Process!.KillAsync();
            scene.Cluster.Launch(victim);
            await Task.Delay(scene.Between(1, 2));
        }

        if (victim.Process is { IsRunning: false } ended && ended.ExitCode != ExitDiskFull)
        {
            throw new InvalidOperationException($"{victim.Name} ended with {ended.ExitCode} on a full disk: {ended.Output}");
        }

        victim.Disk.Free();
        if (!victim.IsRunning)
        {
            scene.Cluster.Launch(victim);
        }

        // Alarms stay until disarmed, and are raised again while a member still reports a full disk.
        await Eventually.TrueAsync(async () => await WritesAfterDisarmingAsync(scene), FaultScene.Limit, scene.Cluster.Outputs);
    }

    private static async Task<bool> WritesAfterDisarmingAsync(FaultScene scene)
    {
        try
        {
            await scene.Cluster.DisarmAsync();
            await scene.Clients.WrittenAfterAsync(Stopwatch.GetTimestamp(), TimeSpan.FromSeconds(2));
            return true;
        }
        catch (Exception early) when (early is RpcException or TimeoutException)
        {
            return false;
        }
    }
}
