using MetaStore.Robustness.Cluster;

namespace MetaStore.Robustness.Faults;

/// <summary>Suspends a process for a while, as a long garbage collection or a paused virtual machine does.</summary>
internal sealed class PauseFault : IFault
{
    public string Name => "pause";

    public async Task OnceAsync(FaultScene scene)
    {
        FaultNode victim = await scene.VictimAsync(leaderShare: 0.6);
        scene.Note(victim.Name);
        victim.Process!.Pause();
        try
        {
            await Task.Delay(scene.Between(0.3, 3));
        }
        finally
        {
            victim.Process.Resume();
        }
    }
}
