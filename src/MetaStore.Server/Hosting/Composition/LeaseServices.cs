using MetaStore.Raft.Runtime.Background;
using MetaStore.Raft.Runtime.Node;
using MetaStore.Server.Auth;
using MetaStore.Server.Budgets;
using MetaStore.Server.Configuration.Options;
using MetaStore.Server.Forwarding;
using MetaStore.Server.Leases;
using MetaStore.Server.Leases.Expiry;
using MetaStore.Server.Listening.Tls;
using MetaStore.Server.Quota;
using MetaStore.Server.Reads;
using MetaStore.Server.Services;
using MetaStore.Server.Services.Mapping;
using MetaStore.StateMachine;
using Microsoft.Extensions.Logging;

namespace MetaStore.Server.Hosting.Composition;

/// <summary>Composes leasing: the clock that listens to the state machine, expirer and checkpointer, and the channels to the leader.</summary>
internal sealed class LeaseServices : IDisposable
{
    private readonly LeadershipState _leadership;
    private readonly LeaseExpirer _expirer;
    private readonly LeaseCheckpointer _checkpointer;
    private readonly LeaseForwarder _leader;
    private readonly long _ttlMin;
    private Task _running = Task.CompletedTask;

    /// <summary>Creates the parts. Nothing may have been applied since the state machine was opened.</summary>
    public LeaseServices(
        MetaStoreOptions options, ulong memberId, ReplicatedStateMachine machine, WritePath write, ReadDispatcher reads, AppliedIndexWaiter applied, LeadershipState leadership,
        Func<MemberCredentials?> credentials)
    {
        _leadership = leadership;
        _ttlMin = LeaseService.TtlMinOf(options.Consensus.ElectionTimeout);
        Clock = new LeaseClock(TimeProvider.System, options.Consensus.ElectionTimeout, options.Upkeep.EffectiveCheckpointInterval);
        machine.Leases.Listener = Clock;
        Channels = new LeaderChannels(machine.Members, credentials);
        var capability = new EpochCapability(memberId, machine.Members, () => write.Node.Peers);
        var proposer = new LeaseProposer(leadership, reads, write.Proposer, capability.IsOfAll);
        _expirer = new LeaseExpirer(Clock, proposer);
        _checkpointer = new LeaseCheckpointer(Clock, proposer);
        TimeSpan patience = options.Consensus.RequestTimeout;
        var recent = new RecentLeadership(
            write.Node, reads, applied, RecentLeadership.ValidFor(options.Consensus.HeartbeatInterval), patience, TimeProvider.System);
        _leader = new LeaseForwarder(
            Clock, _checkpointer, machine.Leases, reads, recent, new LeaderForwarder(leadership, patience, TimeProvider.System), Channels,
            new OnwardHeaders(write.Auth.MemberToken(write.Proposer)), patience);
    }

    /// <summary>The lease timers.</summary>
    public LeaseClock Clock { get; }

    /// <summary>Channels to the leader's client address.</summary>
    public LeaderChannels Channels { get; }

    /// <summary>Creates the service.</summary>
    public LeaseService Service(WritePath write, ReplicatedStateMachine machine, SpaceQuota quota, ResponseHeaders headers, ResponseRoom room, CallAuth auth, CancellationToken stopping) =>
        new(write.Proposer, _leader, Clock, machine, quota, headers, room, auth, _ttlMin, stopping);

    /// <summary>Starts the loops, which are active whenever this member leads.</summary>
    public void Start(ILogger logger, CancellationToken stop) => _running = Task.WhenAll(
        SupervisedLoop.RunAsync("expiry of leases", token => _expirer.RunAsync(_leadership, token), logger, TimeProvider.System, stop),
        SupervisedLoop.RunAsync("checkpoints of leases", token => _checkpointer.RunAsync(_leadership, token), logger, TimeProvider.System, stop));

    /// <summary>Waits for the loops to end after the token was cancelled; for proposals without an outcome no longer than <paramref name="patience"/>.</summary>
    public Task StopAsync(TimeSpan patience) => Task.WhenAny(_running, Task.Delay(patience));

    /// <inheritdoc/>
    public void Dispose() => Channels.Dispose();
}
