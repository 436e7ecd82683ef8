using MetaStore.Raft.Runtime.Node;
using MetaStore.Server;
using MetaStore.Server.Leases;
using MetaStore.Server.Leases.Expiry;

namespace MetaStore.Simulation.Nodes;

/// <summary>Leases of a node incarnation: the product's clock, expirer and checkpointer in virtual time.</summary>
internal sealed class SimLeases
{
    private readonly SimProcess _process;
    private readonly LeadershipState _leadership;
    private readonly LeaseProposer _proposer;
    private readonly LeaseExpirer _expirer;
    private readonly LeaseCheckpointer _checkpointer;
    private bool _lookIsDue;

    /// <summary>Takes over the state machine's leases as the server does: before anything is applied.</summary>
    public SimLeases(SimProcess process)
    {
        (_process, _leadership) = (process, process.Leadership);
        Clock = new LeaseClock(process.Time, process.Cluster.Swarm.Heartbeat * process.Cluster.Swarm.ElectionTicks, process.Cluster.Features.CheckpointInterval);
        process.State.Leases.Listener = Clock;
        _proposer = new LeaseProposer(_leadership, process.Reads, process.Proposer, static () => true);
        _expirer = new LeaseExpirer(Clock, _proposer);
        _checkpointer = new LeaseCheckpointer(Clock, _proposer);
    }

    /// <summary>The lease timers.</summary>
    public LeaseClock Clock { get; }

    /// <summary>The leader that this node knows, or 0.</summary>
    public ulong Leader => _leadership.Leader;

    public ulong LeadingTerm => _leadership.LeadingTerm;

    public void Start() => _process.Schedule(_process.Time.InTrueTime(LeaseExpirer.Interval), () =>
    {
        Look();
        Start();
    });

    /// <summary>Leadership changed: the expirer runs at once.</summary>
    public void Wake()
    {
        if (!_lookIsDue)
        {
            _lookIsDue = true;
            _process.Schedule(_process.Cluster.FeatureRandom.Exponential(_process.Cluster.Swarm.StepTime), () =>
            {
                _lookIsDue = false;
                Look();
            });
        }
    }

    /// <summary>Renews a lease, if this node leads, as the product does: confirm that it leads, clear the record, if there is one, then set the clock.</summary>
    /// <returns>Null when it does not lead, or no longer does.</returns>
    public async Task<Renewal?> RenewAsync(long id)
    {
        ulong term = LeadingTerm;
        if (term == 0 || await _process.Renewals.ConfirmAsync(term) != ServerError.None || LeadingTerm != term)
        {
            return null;
        }

        Renewal renewal = Clock.Renew(id, term);
        return renewal.Outcome == RenewalOutcome.Recorded && await _checkpointer.ClearAsync(id, term) ? Clock.Renew(id, term) : renewal;
    }

    /// <summary>Remaining time of a lease: -1 s when there is none, null when this node does not lead.</summary>
    public async Task<TimeSpan?> TimeToLiveAsync(long id)
    {
        ulong term = LeadingTerm;
        if (term == 0 || !await _proposer.ConfirmAsync(term))
        {
            return null;
        }

        return _process.State.Leases.TryGet(id, out _) ? Clock.Remaining(id, term) : TimeSpan.FromSeconds(-1);
    }

    private void Look() => _process.Threads.Run(() =>
    {
        if ((_expirer.Revoking.Exception ?? _checkpointer.Recording.Exception) is { } failed)
        {
            throw failed;
        }

        _expirer.Look();
        _checkpointer.Look();
    });
}
