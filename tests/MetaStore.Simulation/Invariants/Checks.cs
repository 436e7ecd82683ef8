using MetaStore.Raft;
using MetaStore.Simulation.Invariants.Calls;
using MetaStore.Simulation.Invariants.Elections;
using MetaStore.Simulation.Invariants.Leases;
using MetaStore.Simulation.Invariants.Logs;
using MetaStore.Simulation.Invariants.Membership;
using MetaStore.Simulation.Invariants.States;
using MetaStore.Raft.Messages;
using MetaStore.Raft.Runtime.Node.Committed;
using MetaStore.Raft.Storage.Wal;
using MetaStore.Raft.Storage.Wal.Recovery;
using MetaStore.Simulation.Nodes;

namespace MetaStore.Simulation.Invariants;

/// <summary>All invariants of one run.</summary>
internal sealed class Checks
{
    private readonly Invariant[] _all;

    public Checks(SimCluster cluster)
    {
        HandOver = new HandOverIsQuiet(cluster);
        Calls = new CallsEnd(cluster);
        var times = new LeasesLastTheirTime(cluster);
        Renewals = new RenewalsAreOfTheLiving(cluster, times);
        LeaseEnds = new LeasesEnd(cluster);
        Leases = new LeasesAgree(cluster);
        Locks = new LocksAreFenced(cluster);
        _all =
        [
            HandOver,
            new TermsAreBegun(cluster),
            new OwnTermCommits(cluster),
            new StateMachineSafety(cluster),
            new ElectionSafety(cluster),
            new LeadersAreElected(cluster),
            new LeaderCompleteness(cluster),
            new LogMatching(cluster),
            new CommittedIsDurable(cluster),
            new AppliedIsDurable(cluster),
            new PromisesAreDurable(cluster),
            new PromisesAreKept(cluster),
            new MonotonicState(cluster),
            new ReplicasAgree(cluster),
            new ExactlyOnce(cluster),
            new MembershipIsSafe(cluster),
            new OneChangeAtATime(cluster),
            new AcknowledgedStays(cluster),
            new ProgressIsSane(cluster),
            new EndsForAReason(cluster),
            Calls,
            new BatchesEnd(cluster),
            new CommittedIsBounded(cluster),
            new ClientsAreServed(cluster),
        ];
        if (cluster.Features.HasLeases)
        {
            _all = [.. _all, times];
        }
    }

    /// <summary>Tracks leadership transfers.</summary>
    public HandOverIsQuiet HandOver { get; }

    /// <summary>Judges how writes end.</summary>
    public CallsEnd Calls { get; }

    /// <summary>Checks responses of lease clocks.</summary>
    public RenewalsAreOfTheLiving Renewals { get; }

    /// <summary>Checks who holds a lock.</summary>
    public LocksAreFenced Locks { get; }

    /// <summary>Compares the leases of all nodes.</summary>
    public LeasesAgree Leases { get; }

    /// <summary>Checks that leases expire once they are no longer renewed.</summary>
    public LeasesEnd LeaseEnds { get; }

    public void Recovers(SimMachine machine, WalRecovery recovery)
    {
        foreach (Invariant invariant in _all)
        {
            invariant.Recovers(machine, recovery);
        }
    }

    public void Sends(SimProcess process, Message message)
    {
        foreach (Invariant invariant in _all)
        {
            invariant.Sends(process, message);
        }
    }

    public void Completes(SimProcess process, WalAppend append)
    {
        foreach (Invariant invariant in _all)
        {
            invariant.Completes(process, append);
        }
    }

    public void Commits(SimProcess process, CommittedBatch batch)
    {
        foreach (Invariant invariant in _all)
        {
            invariant.Commits(process, batch);
        }
    }

    public void Installs(SimProcess process, SnapshotMetadata snapshot)
    {
        foreach (Invariant invariant in _all)
        {
            invariant.Installs(process, snapshot);
        }
    }

    public void Leads(SimProcess process, SoftState soft, ulong term)
    {
        foreach (Invariant invariant in _all)
        {
            invariant.Leads(process, soft, term);
        }
    }

    public void Turned(SimProcess process)
    {
        foreach (Invariant invariant in _all)
        {
            invariant.Turned(process);
        }
    }

    public void Applied(SimProcess process)
    {
        foreach (Invariant invariant in _all)
        {
            invariant.Applied(process);
        }
    }

    public void Ends(SimProcess process)
    {
        foreach (Invariant invariant in _all)
        {
            invariant.Ends(process);
        }
    }

    public void AtEnd()
    {
        foreach (Invariant invariant in _all)
        {
            invariant.AtEnd();
        }
    }
}
