using MetaStore.Raft;
using MetaStore.Raft.Messages;
using MetaStore.Simulation.Nodes;

namespace MetaStore.Simulation.Invariants.Elections;

/// <summary>At most one leader can be elected in a given term (thesis Fig. 3.2), and in that term no node follows another one.</summary>
internal sealed class ElectionSafety(SimCluster cluster) : Invariant(cluster)
{
    private readonly Dictionary<ulong, ulong> _leaders = [];

    public override void Leads(SimProcess process, SoftState soft, ulong term)
    {
        if (soft.Role == Role.Leader)
        {
            Lead(process, term);
            Cluster.Statistics.Elections = _leaders.Count;
            Cluster.Trace($"node {process.Machine.Id} leads in term {term}");
        }
        else if (soft.Leader != 0)
        {
            // The leader of a term is known by its messages, so it was seen to lead before. A node that takes a message of an earlier term for one
            // of its own term follows the wrong leader.
            ulong elected = _leaders.GetValueOrDefault(term);
            Require(elected == soft.Leader, $"node {process.Machine.Id} follows {soft.Leader} in term {term}, in which {elected} leads");
        }
    }

    // A node that is elected and deposed within one turn never shows the role; the messages it sends as a leader do.
    public override void Sends(SimProcess process, Message message)
    {
        if (message.Type is MessageType.AppendEntries or MessageType.Heartbeat or MessageType.InstallSnapshot or MessageType.TimeoutNow)
        {
            Lead(process, message.Term);
        }
    }

    private void Lead(SimProcess process, ulong term)
    {
        _leaders.TryAdd(term, process.Machine.Id);
        Require(_leaders[term] == process.Machine.Id, $"nodes {_leaders[term]} and {process.Machine.Id} lead in term {term}");
    }
}
