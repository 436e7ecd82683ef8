using MetaStore.Robustness.Cluster;
using MetaStore.Testing.Processes;

namespace MetaStore.Robustness.Faults;

/// <summary>Slows one member's syncs for a while.</summary>
internal sealed class SlowDiskFault : IFault
{
    public string Name => "slow-disk";

    public async Task OnceAsync(FaultScene scene)
    {
        FaultNode victim = await scene.VictimAsync(leaderShare: 0.5);
        int milliseconds = scene.Random.Next(20, 800);
        scene.Note(milliseconds < 200 ? "below 200 ms" : "200 to 800 ms");
        await using ServerProcess tracer = Tracer.Attach(victim, "fdatasync,fsync", $"delay_enter={milliseconds * 1000}");
        await Task.Delay(scene.Between(2, 4));
        await tracer.TerminateAsync();
    }
}
