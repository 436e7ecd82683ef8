using MetaStore.Robustness.Cluster;

namespace MetaStore.Robustness.Faults;

/// <summary>Moves a member's wall clock by hours or years, sometimes across a restart.</summary>
internal sealed class ClockFault : IFault
{
    private static readonly TimeSpan[] Jumps =
        [TimeSpan.FromHours(1), TimeSpan.FromHours(-2), TimeSpan.FromDays(3650), TimeSpan.FromDays(-3650), TimeSpan.FromSeconds(-5)];

    public string Name => "clock";

    public async Task OnceAsync(FaultScene scene)
    {
        if (scene.Cluster.Clocks is not { } clocks)
        {
            scene.Note("skipped: no C compiler");
            return;
        }

        FaultNode victim = await scene.VictimAsync(leaderShare: 0.5);
        TimeSpan jump = Jumps[scene.Random.Next(Jumps.Length)];
        scene.Note(jump < TimeSpan.Zero ? "back" : "ahead");
        clocks.Set(victim, jump);
        if (scene.Random.Next(3) == 0)
        {
            await victim.Process!.KillAsync();
            scene.Cluster.Launch(victim);
        }

        await Task.Delay(scene.Between(0.5, 2));
    }
}
