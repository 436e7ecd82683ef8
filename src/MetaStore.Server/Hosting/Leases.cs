using MetaStore.Raft.Runtime.Background;
using MetaStore.Server.Api;
using MetaStore.Server.Budgets;
using MetaStore.Server.Configuration.Options;
using MetaStore.Server.Leasing;
using MetaStore.Server.Listening.Tls;
using MetaStore.Server.Membership;
using MetaStore.Server.Proposing;
using MetaStore.Server.Reads;
using MetaStore.StateMachine;
using Microsoft.Extensions.Logging;

namespace MetaStore.Server.Hosting;

/// <summary>Puts the lease room together: the clock that listens to the state machine, expirer and checkpointer, and the way to the leader.</summary>
internal sealed class Leases : IDisposable
{
    private readonly Leadership _leadership;
    private readonly LeaseExpirer _expirer;
    private readonly LeaseCheckpointer _checkpointer;
    private readonly LeaderLeases _leader;
    private readonly long _ttlMin;
    private Task _running = Task.CompletedTask;

    /// <summary>Makes the parts. Nothing may have been applied since the state machine was opened.</summary>
    public Leases(MetaStoreOptions options, ReplicatedStateMachine machine, WritePath write, ReadDispatcher reads, Leadership leadership, Func<MemberCredentials?> credentials)
    {
        _leadership = leadership;
        _ttlMin = LeaseService.TtlMinOf(options.Consensus.ElectionTimeout);
        Clock = new LeaseClock(TimeProvider.System, options.Consensus.ElectionTimeout, options.Upkeep.EffectiveCheckpointInterval);
        machine.Leases.Listener = Clock;
        Channels = new LeaderChannels(machine.Members, credentials);
        var authority = new LeaseAuthority(leadership, reads, write.Proposer);
        _expirer = new LeaseExpirer(Clock, authority);
        _checkpointer = new LeaseCheckpointer(Clock, authority);
        _leader = new LeaderLeases(Clock, _checkpointer, machine.Leases, leadership, reads, Channels, options.Consensus.RequestTimeout);
    }

    /// <summary>The leases' time.</summary>
    public LeaseClock Clock { get; }

    /// <summary>The way to the leader's client address.</summary>
    public LeaderChannels Channels { get; }

    /// <summary>Makes the service.</summary>
    public LeaseService Service(WritePath write, ReplicatedStateMachine machine, SpaceQuota quota, ResponseHeaders headers, ResponseRoom room, CancellationToken stopping) =>
        new(write.Proposer, _leader, Clock, machine, quota, headers, room, _ttlMin, stopping);

    /// <summary>Starts to count down whenever this member leads.</summary>
    public void Start(ILogger logger, CancellationToken stop) => _running = Task.WhenAll(
        SupervisedLoop.RunAsync("expiry of leases", token => _expirer.RunAsync(_leadership, token), logger, TimeProvider.System, stop),
        SupervisedLoop.RunAsync("checkpoints of leases", token => _checkpointer.RunAsync(_leadership, token), logger, TimeProvider.System, stop));

    /// <summary>Waits for the end after the token has fired; proposals without an outcome are waited for no longer than <paramref name="patience"/>.</summary>
    public Task StopAsync(TimeSpan patience) => Task.WhenAny(_running, Task.Delay(patience));

    /// <inheritdoc/>
    public void Dispose() => Channels.Dispose();
}
