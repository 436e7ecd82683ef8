using MetaStore.Batching.Settings;
using MetaStore.IO;
using MetaStore.Raft.Runtime.Node;
using MetaStore.Server.Auth;
using MetaStore.Server.Configuration.Options;
using MetaStore.Server.Services;
using MetaStore.Server.Services.Mapping;
using MetaStore.Server.Watch;
using MetaStore.StateMachine;
using Microsoft.Extensions.Logging;

namespace MetaStore.Server.Hosting.Composition;

/// <summary>Composes watching.</summary>
internal sealed class WatchServices : IDisposable
{
    private readonly LeaderLossMonitor _leaders;

    /// <summary>Creates the parts. Nothing may have been applied since the state machine was opened.</summary>
    public WatchServices(MetaStoreOptions options, ReplicatedStateMachine machine, LeadershipState leadership, ResponseHeaders headers, CallAuth auth, ILogger logger)
    {
        Dispatcher = new WatchDispatcher(
            machine, options.Watch, SizeLimits.ReceiveBytes(options.Limits.MaxRequestBytes), headers, TimeProvider.System, BackgroundWork.ThreadPool, Random.Shared)
        {
            Logger = logger,
            Auth = auth,
        };
        _leaders = new LeaderLossMonitor(leadership, options.Consensus.ElectionTimeout, TimeProvider.System, logger);
    }

    /// <summary>Dispatches changes to watchers.</summary>
    public WatchDispatcher Dispatcher { get; }

    /// <summary>Creates the service.</summary>
    public WatchService Service(CancellationToken stopping) => new(Dispatcher, _leaders, stopping);

    /// <inheritdoc/>
    public void Dispose() => _leaders.Dispose();
}
