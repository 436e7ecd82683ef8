namespace MetaStore.Simulation.Kernel;

/// <summary>Runs continuations of production code as events of the simulation.</summary>
internal sealed class SimSynchronization(SimKernel kernel) : SynchronizationContext
{
    public override void Post(SendOrPostCallback d, object? state) =>
        kernel.After(kernel.Random.Next((int)(20 * SimKernel.Microsecond)), () => d(state));

    public override void Send(SendOrPostCallback d, object? state) => d(state);
}
