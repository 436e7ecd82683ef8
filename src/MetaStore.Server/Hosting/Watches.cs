using MetaStore.Raft.Runtime;
using MetaStore.Server.Api;
using MetaStore.Server.Configuration.Options;
using MetaStore.Server.Membership;
using MetaStore.Server.Watching;
using MetaStore.StateMachine;
using Microsoft.Extensions.Logging;

namespace MetaStore.Server.Hosting;

/// <summary>Composes watching.</summary>
internal sealed class Watches : IDisposable
{
    private readonly LeaderLoss _leaders;

    /// <summary>Creates the parts. Nothing may have been applied since the state machine was opened.</summary>
    public Watches(MetaStoreOptions options, ReplicatedStateMachine machine, Leadership leadership, ResponseHeaders headers, ILogger logger)
    {
        Room = new WatchRoom(
            machine, options.Watch, SizeLimits.ReceiveBytes(options.Limits.MaxRequestBytes), headers, TimeProvider.System, BackgroundWork.ThreadPool, Random.Shared)
        {
            Logger = logger,
        };
        _leaders = new LeaderLoss(leadership, options.Consensus.ElectionTimeout, TimeProvider.System, logger);
    }

    /// <summary>Dispatches changes to watchers.</summary>
    public WatchRoom Room { get; }

    /// <summary>Creates the service.</summary>
    public WatchService Service(CancellationToken stopping) => new(Room, _leaders, stopping);

    /// <inheritdoc/>
    public void Dispose() => _leaders.Dispose();
}
