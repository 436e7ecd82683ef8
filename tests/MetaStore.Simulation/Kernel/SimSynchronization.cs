namespace MetaStore.Simulation.Kernel;

/// <summary>Brings what follows an await of production code back into the simulation, as an event of its own.</summary>
internal sealed class SimSynchronization(SimKernel kernel) : SynchronizationContext
{
    public override void Post(SendOrPostCallback d, object? state) =>
        kernel.After(kernel.Random.Next((int)(20 * SimKernel.Microsecond)), () => d(state));

    public override void Send(SendOrPostCallback d, object? state) => d(state);
}
