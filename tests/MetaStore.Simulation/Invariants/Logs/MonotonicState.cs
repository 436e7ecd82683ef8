using MetaStore.Raft.Runtime.Node;
using MetaStore.Simulation.Nodes;

namespace MetaStore.Simulation.Invariants.Logs;

/// <summary>Term, commit index and applied index never decrease between restarts, and applied stays at or below commit.</summary>
internal sealed class MonotonicState(SimCluster cluster) : Invariant(cluster)
{
    private readonly PerLife<(ulong Term, ulong Commit, ulong Applied, long Revision)> _last = new();

    public override void Turned(SimProcess process)
    {
        NodeProgress progress = process.Node.Progress;
        (ulong Term, ulong Commit, ulong Applied, long Revision) now = (
            progress.Term, progress.Committed, progress.Applied, process.State.Reader.Revision);
        if (_last.TryGet(process, out (ulong Term, ulong Commit, ulong Applied, long Revision) before))
        {
            if (now == before)
            {
                return;
            }

            Require(now.Term >= before.Term, $"node {process.Machine.Id} falls from term {before.Term} to {now.Term}");
            Require(now.Commit >= before.Commit, $"node {process.Machine.Id} falls from commit {before.Commit} to {now.Commit}");
            Require(now.Applied >= before.Applied, $"node {process.Machine.Id} falls from applied {before.Applied} to {now.Applied}");
            Require(now.Revision >= before.Revision, $"node {process.Machine.Id} falls from revision {before.Revision} to {now.Revision}");
        }

        _last.Set(process, now);
    }
}
