using MetaStore.Batching.Settings;

namespace MetaStore.Batching.Policies;

/// <summary>Size and timeout follow the load average along two straight lines that meet at the threshold.</summary>
/// <remarks>
/// With T the threshold: up to T, size runs from min to max/2 and timeout from min to max/2; above, from max/2 to max. When min is above max/2 the
/// lower line is constant at min, and everything is clamped to min..max. The size is rounded down: with the defaults one caller is a load of 1/256
/// and 1.7 proposals, and a size of 2 would let it wait for a second proposal that never arrives.
/// </remarks>
internal sealed class DynamicPolicy(BatchSettings settings) : IBatchPolicy
{
    /// <summary>An average that approaches 1 never reaches it; the largest size must be reached nevertheless.</summary>
    private const double RoundingError = 0.01;

    /// <inheritdoc/>
    public PolicyState Start(TimeSpan now) => At(0) with { SteppedAt = now };

    /// <inheritdoc/>
    public PolicyState Next(in PolicyState state, in LoadSample sample) =>
        At(LoadAverage.Next(state.Load, sample, settings.MaxBatchSize)) with { SteppedAt = state.SteppedAt };

    /// <summary>Size and timeout at a load of 0 to 1.</summary>
    internal PolicyState At(double load) => new()
    {
        Load = load,
        Size = (int)(Follow(load, settings.LoadThreshold, settings.MinBatchSize, settings.MaxBatchSize) + RoundingError),
        Timeout = TimeSpan.FromTicks((long)Follow(load, settings.LoadThreshold, settings.MinTimeout.Ticks, settings.MaxTimeout.Ticks)),
    };

    private static double Follow(double load, double threshold, double min, double max)
    {
        double half = max / 2;
        double value = load > threshold ? Lerp(load, threshold, 1, half, max) : Lerp(load, 0, threshold, min, half);
        return Math.Clamp(value, min, max);
    }

    /// <summary>The value at x on the line from (x0, y0) to (x1, y1), clamped to its ends; an interval without length gives its end.</summary>
    private static double Lerp(double x, double x0, double x1, double y0, double y1)
    {
        if (x1 <= x0 || x >= x1)
        {
            return y1;
        }

        return x <= x0 ? y0 : y0 + ((x - x0) / (x1 - x0) * (y1 - y0));
    }
}
