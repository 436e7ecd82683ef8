using MetaStore.Robustness.Cluster;

namespace MetaStore.Robustness.Faults;

/// <summary>Power loss of one member, of a majority or of all: what was not synced is lost, page cache included.</summary>
internal sealed class PowerCutFault : IFault
{
    public string Name => "power-cut";

    public async Task OnceAsync(FaultScene scene)
    {
        int count = scene.Random.Next(10) switch
        {
            < 5 => 1,
            < 7 => (scene.Cluster.Nodes.Count / 2) + 1,
            _ => scene.Cluster.Nodes.Count,
        };
        FaultNode first = await scene.VictimAsync(leaderShare: 0.5);
        FaultNode[] victims = [first, .. scene.Cluster.Nodes.Where(node => node != first).Take(count - 1)];
        scene.Note($"of {count}");
        foreach (FaultNode victim in victims)
        {
            victim.Disk.CutPower();
        }

        await Task.WhenAll(victims.Select(victim => victim.Process!.KillAsync()));
        await Task.Delay(scene.Between(0, 1.5));
        foreach (FaultNode victim in victims)
        {
            victim.Disk.PowerUp();
            scene.Cluster.Launch(victim);
        }
    }
}
