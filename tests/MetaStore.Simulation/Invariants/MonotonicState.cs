using MetaStore.Simulation.Nodes;

namespace MetaStore.Simulation.Invariants;

/// <summary>Term, commit index and applied index never fall during a life, and applied stays at or below commit.</summary>
internal sealed class MonotonicState(SimCluster cluster) : Invariant(cluster)
{
    private readonly Dictionary<SimProcess, (ulong Term, ulong Commit, ulong Applied, long Revision)> _last = [];

    public override void Turned(SimProcess process)
    {
        (ulong Term, ulong Commit, ulong Applied, long Revision) now = (
            process.Node.Progress.Term, process.Node.Progress.Committed, process.Node.Progress.Applied, process.State.Reader.Revision);
        if (_last.TryGetValue(process, out (ulong Term, ulong Commit, ulong Applied, long Revision) before))
        {
            Require(now.Term >= before.Term, $"node {process.Machine.Id} falls from term {before.Term} to {now.Term}");
            Require(now.Commit >= before.Commit, $"node {process.Machine.Id} falls from commit {before.Commit} to {now.Commit}");
            Require(now.Applied >= before.Applied, $"node {process.Machine.Id} falls from applied {before.Applied} to {now.Applied}");
            Require(now.Revision >= before.Revision, $"node {process.Machine.Id} falls from revision {before.Revision} to {now.Revision}");
        }

        _last[process] = now;
    }
}
