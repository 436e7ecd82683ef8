namespace MetaStore.Batching.Policies;

/// <summary>Hill climbing: the size grows by a tenth per step while throughput does not fall, and is reduced when it does.</summary>
internal sealed class ThroughputPolicy(ThroughputPolicySettings settings, TimeSpan timeout) : IBatchPolicy
{
    private const double Step = 0.1;

    /// <inheritdoc/>
    public PolicyState Start(TimeSpan now) => new() { Size = settings.FloorSize, Timeout = timeout, SteppedAt = now };

    /// <inheritdoc/>
    public PolicyState Next(in PolicyState state, in LoadSample sample)
    {
        PolicyState next = AdaptiveAverages.Add(state, sample, settings.AdaptiveMaxSize);
        if (sample.Now - state.SteppedAt < settings.EvaluationInterval)
        {
            return next;
        }

        next = AdaptiveAverages.CloseInterval(next, sample.Now);
        bool fell = next.Throughput < state.Throughput;
        double wanted = fell ? next.Size / (1 + Step) : Math.Max(next.Size * (1 + Step), next.Size + 1);
        return next with { Size = (int)Math.Clamp(wanted, settings.FloorSize, settings.AdaptiveMaxSize) };
    }
}
