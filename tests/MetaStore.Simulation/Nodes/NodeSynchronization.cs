using MetaStore.Simulation.Kernel;

namespace MetaStore.Simulation.Nodes;

/// <summary>Runs continuations of production code on their node: not while it is paused, and never once it is dead.</summary>
internal sealed class NodeSynchronization(SimProcess process) : SynchronizationContext
{
    /// <summary>Runs an action whose continuations come back here.</summary>
    public void Run(Action work)
    {
        SynchronizationContext? before = Current;
        SetSynchronizationContext(this);
        try
        {
            process.Guard(work);
        }
        finally
        {
            SetSynchronizationContext(before);
        }
    }

    public override void Post(SendOrPostCallback d, object? state) =>
        process.Schedule(process.Cluster.FeatureRandom.Next((int)(20 * SimKernel.Microsecond)), () => Run(() => d(state)));

    public override void Send(SendOrPostCallback d, object? state) => d(state);
}
