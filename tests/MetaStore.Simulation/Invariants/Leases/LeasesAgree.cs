using MetaStore.Simulation.Nodes;
using MetaStore.StateMachine.Leases;

namespace MetaStore.Simulation.Invariants.Leases;

/// <summary>Nodes with the whole log have the leases that follow from it, with the same TTLs and checkpoints; so do their lease clocks.</summary>
internal sealed class LeasesAgree(SimCluster cluster) : Invariant(cluster)
{
    /// <summary>Everything has converged.</summary>
    public void AtRest()
    {
        (long Id, long Ttl)[] wanted = [.. Cluster.Leases.Living.Select(life => (life.Id, life.Ttl)).Order()];
        IReadOnlyList<LeaseInfo>? others = null;
        foreach (SimProcess process in Cluster.Machines.Select(machine => machine.Process).OfType<SimProcess>())
        {
            if (process.State.Reader.AppliedIndex == Cluster.Committed.LastIndex)
            {
                IReadOnlyList<LeaseInfo> held = process.State.Leases.List();
                Require((others ??= held).SequenceEqual(held), $"node {process.Machine.Id} has leases {string.Join(", ", held)}; others have {string.Join(", ", others)}");
                (long Id, long Ttl)[] found = [.. held.Select(lease => (lease.Id, lease.Ttl))];
                Require(found.SequenceEqual(wanted), $"node {process.Machine.Id} has leases {string.Join(", ", found)}; the log leaves {string.Join(", ", wanted)}");
                long[] counted = [.. process.Leases!.Clock.List().Order()];
                Require(counted.SequenceEqual(wanted.Select(lease => lease.Id)), $"the clock of node {process.Machine.Id} counts {string.Join(", ", counted)}; the log leaves {string.Join(", ", wanted)}");
            }
        }
    }
}
