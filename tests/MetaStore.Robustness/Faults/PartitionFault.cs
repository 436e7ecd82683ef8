using MetaStore.Robustness.Cluster;

namespace MetaStore.Robustness.Faults;

/// <summary>Network partitions of several kinds between the members; clients still reach all members.</summary>
internal sealed class PartitionFault : IFault
{
    public string Name => "partition";

    public async Task OnceAsync(FaultScene scene)
    {
        FaultNode leader = await scene.Cluster.LeaderAsync();
        int[] others = [.. scene.Cluster.Nodes.Where(node => node != leader).Select(node => node.Host)];
        (string shape, Func<int, int, bool> isCut) = Shape(scene, leader.Host, others);
        scene.Note(shape);
        foreach (FaultNode from in scene.Cluster.Nodes)
        {
            foreach (FaultNode to in scene.Cluster.Nodes.Where(to => to != from && isCut(from.Host, to.Host)))
            {
                scene.Cluster.Network.Cut(from.Host, to.Host);
            }
        }

        await Task.Delay(scene.Between(1, 4));
        scene.Cluster.Network.Heal();
    }

    private static (string Shape, Func<int, int, bool> IsCut) Shape(FaultScene scene, int leader, int[] others)
    {
        bool[,] random = new bool[256, 256];
        switch (scene.Random.Next(7))
        {
            case 0:
                return ("leader isolated", (from, to) => from == leader || to == leader);
            case 1:
                return ("leader receives nothing", (_, to) => to == leader);
            case 2:
                return ("the leader's messages are lost", (from, _) => from == leader);
            case 3:
                return ("follower isolated", (from, to) => from == others[0] || to == others[0]);
            case 4:
                return ("bridge: leader and one follower apart", (from, to) => (from == leader && to == others[0]) || (from == others[0] && to == leader));
            case 5:
                return ("all apart", (_, _) => true);
            default:
                foreach (FaultNode from in scene.Cluster.Nodes)
                {
                    foreach (FaultNode to in scene.Cluster.Nodes)
                    {
                        random[from.Host, to.Host] = scene.Random.Next(2) == 0;
                    }
                }

                return ("random directions", (from, to) => random[from, to]);
        }
    }
}
