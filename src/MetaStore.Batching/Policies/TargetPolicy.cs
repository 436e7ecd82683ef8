namespace MetaStore.Batching.Policies;

/// <summary>
/// Grows while the throughput target is missed and latency is below its target; shrinks while latency is above it. A target that is not set has no
/// effect, so without both the size is constant.
/// </summary>
internal sealed class TargetPolicy(TargetPolicySettings settings, TimeSpan timeout) : IBatchPolicy
{
    /// <inheritdoc/>
    public PolicyState Start(TimeSpan now) => new() { Size = settings.InitialSize, Timeout = timeout, SteppedAt = now };

    /// <inheritdoc/>
    public PolicyState Next(in PolicyState state, in LoadSample sample)
    {
        PolicyState next = AdaptiveAverages.Add(state, sample, settings.MaxSize);
        if (sample.Now - state.SteppedAt < settings.EvaluationInterval || next.Batches < settings.StabilityThreshold)
        {
            return next;
        }

        next = AdaptiveAverages.CloseInterval(next, sample.Now);
        double latencyTarget = settings.LatencyTarget?.TotalSeconds ?? double.PositiveInfinity;
        double latency = sample.AverageLatency.TotalSeconds;
        if (latency > latencyTarget)
        {
            // Shrinks in proportion to the excess over the target, at most by the adaptation rate.
            return Resize(next, Math.Max(latencyTarget / latency, 1 - settings.AdaptationRate), down: true);
        }

        double missing = settings.ThroughputTarget is { } target ? target / Math.Max(next.Throughput, 1) : 0;
        return missing > 1 ? Resize(next, Math.Min(missing, 1 + settings.AdaptationRate), down: false) : next;
    }

    private PolicyState Resize(in PolicyState state, double factor, bool down)
    {
        double wanted = down ? Math.Min(Math.Ceiling(state.Size * factor), state.Size - 1) : Math.Max(Math.Floor(state.Size * factor), state.Size + 1);
        return state with { Size = (int)Math.Clamp(wanted, settings.MinSize, settings.MaxSize) };
    }
}
