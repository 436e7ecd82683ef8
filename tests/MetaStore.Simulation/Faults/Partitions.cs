using MetaStore.Raft;
using MetaStore.Simulation.Kernel;
using MetaStore.Simulation.Nodes;

namespace MetaStore.Simulation.Faults;

/// <summary>Network partitions of every shape known to have broken clusters.</summary>
internal sealed class Partitions(SimCluster cluster)
{
    private int Size => cluster.Machines.Count;

    public void Do(FaultKind kind, SimMachine machine, SimRandom random, long length)
    {
        switch (kind)
        {
            case FaultKind.Split:
                bool[] side = [.. cluster.Machines.Select(_ => random.Chance(0.5))];
                CutWhere((from, to) => side[from] != side[to], length);
                break;
            case FaultKind.Isolate:
                Isolate((int)machine.Id - 1, random, length);
                break;
            case FaultKind.LoseLeader when Leader() is { } leader:
                Isolate((int)leader.Id - 1, random, length);
                break;
            case FaultKind.Bridge:
                int bridge = random.Next(Size);
                bool[] shore = [.. cluster.Machines.Select(_ => random.Chance(0.5))];
                CutWhere((from, to) => from != bridge && to != bridge && shore[from] != shore[to], length);
                break;
            case FaultKind.Ring when Size > 3:
                CutWhere((from, to) => Math.Abs(from - to) != 1 && Math.Abs(from - to) != Size - 1, length);
                break;
            case FaultKind.CutDirections:
                double share = random.NextDouble();
                var cut = new bool[Size, Size];
                for (int from = 0; from < Size; from++)
                {
                    for (int to = 0; to < Size; to++)
                    {
                        cut[from, to] = random.Chance(share);
                    }
                }

                CutWhere((from, to) => cut[from, to], length);
                break;
            case FaultKind.Swizzle:
                Swizzle(random, length);
                break;
            default:
                break;
        }
    }

    private SimMachine? Leader() => cluster.Machines.FirstOrDefault(machine => machine.Process?.Node.Leadership.Role == Role.Leader);

    private void Isolate(int node, SimRandom random, long length)
    {
        bool hears = random.Chance(0.3);
        bool isHeard = !hears && random.Chance(0.4);
        CutWhere((from, to) => (from == node && !isHeard) || (to == node && !hears), length);
    }

    private void CutWhere(Func<int, int, bool> isCut, long length)
    {
        for (int from = 0; from < Size; from++)
        {
            for (int to = 0; to < Size; to++)
            {
                if (from != to && isCut(from, to))
                {
                    Cut(from, to, length);
                }
            }
        }
    }

    // Source: FoundationDB's simulator ("swizzle-clogging").
    private void Swizzle(SimRandom random, long length)
    {
        for (int node = 0; node < Size; node++)
        {
            if (!random.Chance(0.6))
            {
                continue;
            }

            int clogged = node;
            long start = (long)(random.NextDouble() * length);
            long end = length + (long)(random.NextDouble() * length);
            cluster.Kernel.After(start, () =>
            {
                if (cluster.Kernel.Now < cluster.Plan.HealAt)
                {
                    CutWhere((from, to) => from == clogged || to == clogged, end - start);
                }
            });
        }
    }

    private void Cut(int from, int to, long length)
    {
        cluster.Network.Cut((ulong)from + 1, (ulong)to + 1);
        cluster.Kernel.After(length, () => cluster.Network.Cut((ulong)from + 1, (ulong)to + 1, cut: false));
    }
}
