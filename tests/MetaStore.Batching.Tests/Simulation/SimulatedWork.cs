using MetaStore.IO;

namespace MetaStore.Batching.Tests.Simulation;

/// <summary>The thread pool of a simulation: an item runs a little after it was queued.</summary>
internal sealed class SimulatedWork(SimulatedClock clock) : BackgroundWork
{
    private static readonly TimeSpan Hop = TimeSpan.FromMicroseconds(15);

    public override void Queue(IThreadPoolWorkItem item) => clock.After(Hop, item.Execute);

    public override Task Run(Action action) => throw new NotSupportedException("the batcher only queues items");
}
