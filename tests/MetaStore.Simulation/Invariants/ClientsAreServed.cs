using MetaStore.Simulation.Checkers;
using MetaStore.Simulation.Nodes;

namespace MetaStore.Simulation.Invariants;

/// <summary>What clients saw is linearizable: by revisions against a replay of the decided log and, for short histories, by search.</summary>
internal sealed class ClientsAreServed(SimCluster cluster) : Invariant(cluster)
{
    private const int SearchedMax = 400;

    public override void AtEnd()
    {
        IReadOnlyList<Operation> history = Cluster.Clients.History;
        string? fault = RevisionChecker.Check(history, ReplayedLog.Of(Cluster.Committed.Entries));
        Require(fault is null, fault!);
        if (history.Count <= SearchedMax)
        {
            fault = LinearizabilitySearch.Check(history);
            Require(fault is null, fault!);
        }
    }
}
