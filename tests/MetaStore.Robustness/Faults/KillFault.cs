using System.Diagnostics;
using MetaStore.Robustness.Cluster;

namespace MetaStore.Robustness.Faults;

/// <summary>kill -9 of the leader, of a follower, or of all members at once.</summary>
internal sealed class KillFault : IFault
{
    public string Name => "kill";

    public async Task OnceAsync(FaultScene scene)
    {
        double share = scene.Random.NextDouble();
        if (share < 0.1)
        {
            scene.Note("all");
            await Task.WhenAll(scene.Cluster.Nodes.Select(node => node.Process!.KillAsync()));
            foreach (FaultNode node in scene.Cluster.Nodes)
            {
                scene.Cluster.Launch(node);
            }

            return;
        }

        FaultNode leader = await scene.Cluster.LeaderAsync();
        FaultNode victim = share < 0.8 ? leader : scene.Cluster.Nodes.First(node => node != leader);
        scene.Note(victim == leader ? "leader" : "follower");
        long killedAt = Stopwatch.GetTimestamp();
        await victim.Process!.KillAsync();
        TimeSpan gap = await scene.Clients.WrittenAfterAsync(killedAt, FaultScene.Limit);
        if (victim == leader)
        {
            scene.Gaps.Add(gap);
        }

        scene.Cluster.Launch(victim);
    }
}
