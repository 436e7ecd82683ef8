using MetaStore.Raft;
using MetaStore.Raft.Runtime.Node;
using MetaStore.Simulation.Nodes;

namespace MetaStore.Simulation.Invariants.Elections;

/// <summary>What is committed in a term is in the logs of the leaders of all higher terms (thesis Fig. 3.2).</summary>
internal sealed class LeaderCompleteness(SimCluster cluster) : Invariant(cluster)
{
    public override void Leads(SimProcess process, SoftState soft, ulong term)
    {
        ulong index = soft.Role == Role.Leader ? Cluster.Committed.CommittedBefore(term) : 0;
        MemoryLog log = process.Node.Driver.Log;
        if (index < log.FirstIndex)
        {
            return;
        }

        ulong wanted = Cluster.Committed[index].Term;
        bool holds = log.TryGetTerm(index, out ulong found) && found == wanted;
        Require(holds, $"leader {process.Machine.Id} of term {term} lacks committed index {index} of term {wanted} (has term {found}, log to {log.LastIndex})");
    }
}
