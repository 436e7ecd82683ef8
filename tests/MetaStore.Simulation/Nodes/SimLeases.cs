using MetaStore.Raft.Runtime.Batching;
using MetaStore.Server;
using MetaStore.Server.Applying;
using MetaStore.Server.Leasing;
using MetaStore.Simulation.Kernel;
using MetaStore.StateMachine.Commands;

namespace MetaStore.Simulation.Nodes;

/// <summary>The lease room of one life of a node: the product's clock and expirer, which looks in virtual time.</summary>
internal sealed class SimLeases : ILeaseAuthority
{
    private static readonly TimeSpan RetryPause = TimeSpan.FromMilliseconds(20);

    private readonly SimProcess _process;
    private readonly Leadership _leadership;
    private readonly LeaseExpirer _expirer;
    private bool _lookIsDue;

    /// <summary>Takes the state machine's leases over as the server does: before anything is applied.</summary>
    public SimLeases(SimProcess process, Leadership leadership)
    {
        (_process, _leadership) = (process, leadership);
        Clock = new LeaseClock(process.Time, process.Cluster.Swarm.Heartbeat * process.Cluster.Swarm.ElectionTicks);
        process.State.Leases.Listener = Clock;
        _expirer = new LeaseExpirer(Clock, this);
    }

    /// <summary>The leases' time.</summary>
    public LeaseClock Clock { get; }

    /// <summary>The node that leads as far as this one knows, or 0.</summary>
    public ulong Leader => _leadership.Leader;

    public ulong LeadingTerm => _leadership.LeadingTerm;

    public void Start() => _process.Schedule(_process.Time.InTrueTime(LeaseExpirer.Interval), () =>
    {
        Look();
        Start();
    });

    /// <summary>Leadership changed: the expirer does not wait for its next look.</summary>
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

    /// <summary>Renews a lease, if this node leads, as the product does: the quorum first, then the clock.</summary>
    /// <returns>Null when it does not lead, or not any more.</returns>
    public async Task<Renewal?> RenewAsync(long id)
    {
        ulong term = LeadingTerm;
        return term != 0 && await ConfirmAsync(term) ? Clock.Renew(id, term) : null;
    }

    /// <summary>Time a lease has left: -1 s when there is none, null when this node does not lead.</summary>
    public async Task<TimeSpan?> TimeToLiveAsync(long id)
    {
        ulong term = LeadingTerm;
        if (term == 0 || !await ConfirmAsync(term))
        {
            return null;
        }

        return _process.State.Leases.TryGet(id, out _) ? Clock.Remaining(id, term) : TimeSpan.FromSeconds(-1);
    }

    /// <remarks>Line for line what <see cref="LeaseAuthority"/> does; the raft thread has to be woken here.</remarks>
    public async ValueTask<bool> ConfirmAsync(ulong term)
    {
        ValueTask<ServerError> confirming = _process.Reads.ConfirmAsync();
        _process.WakeRaft();
        return await confirming == ServerError.None && LeadingTerm == term;
    }

    /// <remarks>As the product's proposer: what was never proposed is handed in again until the request's time is over.</remarks>
    public async ValueTask<bool> ExpireAsync(long id, ulong term)
    {
        var encoder = new CommandEncoder<LeaseExpireCommand>(new LeaseExpireCommand { Id = id, Term = term });
        long end = _process.Cluster.Kernel.Now + SimProcess.RequestTimeout.Ticks;
        while (true)
        {
            var waiter = new ExpiryWaiter();
            if (_process.Batcher.Enqueue(encoder, waiter) != ProposalAdmissionResult.Accepted)
            {
                return false;
            }

            ProposalDrop? dropped = await waiter.Outcome.Task;
            if (dropped is null)
            {
                return waiter.IsGone;
            }

            if (!dropped.Value.NeverProposed() || _process.Cluster.Kernel.Now >= end)
            {
                return false;
            }

            await PauseAsync(RetryPause);
        }
    }

    private void Look() => _process.Threads.Run(() =>
    {
        if (_expirer.Revoking.Exception is { } failed)
        {
            throw failed;
        }

        _expirer.Look();
    });

    private Task PauseAsync(TimeSpan pause)
    {
        var over = new TaskCompletionSource();
        _process.Schedule(_process.Time.InTrueTime(pause), over.SetResult);
        return over.Task;
    }

    private sealed class ExpiryWaiter : IResultWaiter
    {
        /// <summary>Null once it is applied, else why it was dropped.</summary>
        public TaskCompletionSource<ProposalDrop?> Outcome { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public bool IsGone { get; private set; }

        public void SetResult(in CommandResult result) => IsGone = result.Error == ErrorCode.None;

        public void Complete() => Outcome.TrySetResult(null);

        public void OnDropped(ProposalDrop reason) => Outcome.TrySetResult(reason);
    }
}
