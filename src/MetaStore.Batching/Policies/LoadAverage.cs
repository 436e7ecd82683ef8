using MetaStore.Batching.Settings;

namespace MetaStore.Batching.Policies;

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
