using MetaStore.Raft.Runtime.Node;
using MetaStore.Simulation.Nodes;

namespace MetaStore.Simulation.Invariants.Logs;

/// <summary>If two logs contain an entry with the same index and term, they are identical in all entries up to it (thesis Fig. 3.2).</summary>
internal sealed class LogMatching(SimCluster cluster) : Invariant(cluster)
{
    private const int TurnsBetween = 200;

    private int _turns;

    public override void Turned(SimProcess process)
    {
        if (++_turns % TurnsBetween == 0)
        {
            CompareAll();
        }
    }

    public override void AtEnd() => CompareAll();

    private void CompareAll()
    {
        SimMachine[] running = [.. Cluster.Machines.Where(machine => machine.IsRunning)];
        for (int i = 0; i < running.Length; i++)
        {
            for (int j = i + 1; j < running.Length; j++)
            {
                Compare(running[i], running[j]);
            }
        }
    }

    private void Compare(SimMachine one, SimMachine two)
    {
        MemoryLog a = one.Process!.Node.Driver.Log;
        MemoryLog b = two.Process!.Node.Driver.Log;
        bool agreed = false;
        ulong low = Math.Max(a.FirstIndex, b.FirstIndex);
        for (ulong index = Math.Min(a.LastIndex, b.LastIndex); index >= low && index > 0; index--)
        {
            a.TryGetTerm(index, out ulong termA);
            b.TryGetTerm(index, out ulong termB);
            agreed |= termA == termB;
            Require(!agreed || termA == termB, $"the logs of {one.Id} and {two.Id} part at index {index}, below an entry they share");
        }
    }
}
