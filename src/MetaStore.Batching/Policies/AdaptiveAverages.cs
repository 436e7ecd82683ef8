using MetaStore.Batching.Settings;

namespace MetaStore.Batching.Policies;

/// <summary>Averages of size and throughput for the two adaptive policies.</summary>
internal static class AdaptiveAverages
{
    /// <summary>Adds one flush or tick.</summary>
    public static PolicyState Add(in PolicyState state, in LoadSample sample, int maxBatchSize) => state with
    {
        Load = LoadAverage.Next(state.Load, sample, maxBatchSize),
        AverageSize = sample.Flushed == 0 ? state.AverageSize : Average(state.AverageSize, sample.Flushed),
        Proposals = state.Proposals + sample.Flushed,
        Batches = state.Batches + (sample.Flushed == 0 ? 0 : 1),
    };

    /// <summary>Computes the throughput since the last step and resets the counts.</summary>
    public static PolicyState CloseInterval(in PolicyState state, TimeSpan now) => state with
    {
        LastThroughput = state.Throughput,
        Throughput = Average(state.Throughput, state.Proposals / Math.Max((now - state.SteppedAt).TotalSeconds, 1e-9)),
        Proposals = 0,
        Batches = 0,
        SteppedAt = now,
    };

    private static double Average(double old, double sample) =>
        old == 0 ? sample : (BatchDefaults.AdaptiveWeight * sample) + ((1 - BatchDefaults.AdaptiveWeight) * old);
}

/// <summary>The exponential moving average of the demand against a largest size.</summary>
internal static class LoadAverage
{
    /// <summary>Adds one sample; the result stays within 0 and 1.</summary>
    public static double Next(double load, in LoadSample sample, int maxBatchSize)
    {
        double usage = Math.Clamp(sample.Demand / (double)maxBatchSize, 0, 1);
        return (BatchDefaults.LoadWeight * usage) + ((1 - BatchDefaults.LoadWeight) * load);
    }
}
