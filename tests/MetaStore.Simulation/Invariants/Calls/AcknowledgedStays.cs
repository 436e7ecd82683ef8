using MetaStore.Raft;
using MetaStore.Raft.Messages;
using MetaStore.Raft.Runtime.Node;
using MetaStore.Simulation.Nodes;

namespace MetaStore.Simulation.Invariants.Calls;

/// <summary>
/// Entries that a node acknowledges to the leader of its term match the leader's log, and stay in its own log for that term: only another leader may
/// replace them (thesis §3.5).
/// </summary>
internal sealed class AcknowledgedStays(SimCluster cluster) : Invariant(cluster)
{
    private readonly PerLife<(ulong Term, ulong Index)> _acknowledged = new();

    public override void Sends(SimProcess process, Message message)
    {
        if (message.Type == MessageType.AppendEntriesResponse && !message.Reject)
        {
            Require(
                IsInLeadersLog(process, message),
                $"node {process.Machine.Id} acknowledges index {message.Index} of another log than that of leader {message.To} of term {message.Term}");
            bool known = _acknowledged.TryGet(process, out (ulong Term, ulong Index) before) && before.Term == message.Term;
            _acknowledged.Set(process, (message.Term, known ? Math.Max(before.Index, message.Index) : message.Index));
        }
    }

    public override void Turned(SimProcess process)
    {
        NodeProgress progress = process.Node.Progress;
        if (_acknowledged.TryGet(process, out (ulong Term, ulong Index) known) && known.Term == progress.Term)
        {
            Require(
                progress.LastIndex >= known.Index,
                $"node {process.Machine.Id} acknowledged index {known.Index} in term {known.Term}, and its log ends at {progress.LastIndex}");
        }
    }

    private bool IsInLeadersLog(SimProcess process, Message message)
    {
        if (Cluster.Machine(message.To).Process is not { } leader || leader.Node.Leadership.Role != Role.Leader || leader.Node.Progress.Term != message.Term
            || !process.Node.Driver.Log.TryGetTerm(message.Index, out ulong own) || message.Index < leader.Node.Driver.Log.FirstIndex)
        {
            // The leader is gone, or there is nothing to compare.
            return true;
        }

        // The node may have moved to another term, and another log, since it created the message.
        return (leader.Node.Driver.Log.TryGetTerm(message.Index, out ulong leaders) && leaders == own) || process.Core.Status.Term != message.Term;
    }
}
