using MetaStore.Simulation.Checkers;
using MetaStore.Simulation.Invariants.States;

namespace MetaStore.Simulation.Invariants.Calls;

/// <summary>Client histories are linearizable: by revisions against a replay of the committed log and, for short histories, by search.</summary>
internal sealed class ClientsAreServed(SimCluster cluster) : Invariant(cluster)
{
    private const int SearchedMax = 400;

    private readonly StateIsTheReplays _state = new(cluster);
    private readonly WatchesAreTold _watches = new(cluster);

    public override void AtEnd()
    {
        IReadOnlyList<Operation> history = Cluster.Clients.History;
        ReplayedLog log = ReplayedLog.Of(Cluster.Committed.Entries, keepsChanges: Cluster.Features.HasWatches);
        string? fault = RevisionChecker.Check(history, log);
        Require(fault is null, fault!);
        if (history.Count <= SearchedMax)
        {
            // The search does not know what users may do.
            fault = LinearizabilitySearch.Check([.. history.Where(operation => operation.Identity is null)]);
            Require(fault is null, fault!);
        }

        _state.Compare(log);
        _watches.Compare(log.Store);
    }
}
