using MetaStore.Server.Services.Mapping;
using MetaStore.Server.Watch;
using MetaStore.Simulation.Kernel;

namespace MetaStore.Simulation.Nodes;

/// <summary>Watches of a node incarnation: the product's hub, streams and senders; their work items and timers are events of the node.</summary>
internal sealed class SimWatches
{
    /// <summary>Takes over the state machine's sink as the server does: before anything is applied.</summary>
    public SimWatches(SimProcess process)
    {
        SimCluster cluster = process.Cluster;
        var background = new SimBackground(Soon, Soon);
        Dispatcher = new WatchDispatcher(
            process.State,
            cluster.Features.Watching,
            cluster.Features.FragmentBytes,
            new ResponseHeaders(SimProcess.ClusterId, process.Machine.Id, process.Node.Progress),
            process.Time,
            background,
            new Random(cluster.FeatureRandom.Next(int.MaxValue)))
        {
            Logger = SimLogger.Instance,
        };

        void Soon(Action action) =>
            process.Schedule(cluster.FeatureRandom.Exponential(cluster.Swarm.StepTime), () => process.Threads.Run(action));
    }

    /// <summary>Opens streams.</summary>
    public WatchDispatcher Dispatcher { get; }
}
