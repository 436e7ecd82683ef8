namespace MetaStore.Batching.Policies;

/// <summary>Constant size and timeout; the load is averaged for the statistics only.</summary>
internal sealed class FixedPolicy(int size, TimeSpan timeout, int maxBatchSize) : IBatchPolicy
{
    /// <inheritdoc/>
    public PolicyState Start(TimeSpan now) => new() { Size = size, Timeout = timeout, SteppedAt = now };

    /// <inheritdoc/>
    public PolicyState Next(in PolicyState state, in LoadSample sample) =>
        state with { Load = LoadAverage.Next(state.Load, sample, maxBatchSize) };
}
