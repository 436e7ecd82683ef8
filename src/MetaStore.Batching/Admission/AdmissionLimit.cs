namespace MetaStore.Batching.Admission;

/// <summary>Computes the number of credits: a pure function of the last number and a sample.</summary>
/// <remarks>
/// Credits grow, at a limited rate, up to the number completed within the tolerated wait (Little's law) and no further: more would admit a burst whose
/// last call waits far longer. Under overload they shrink by a factor, so that it takes effect within a second, but not below the number completed in
/// that time: fewer would only make calls wait elsewhere.
/// </remarks>
internal static class AdmissionLimit
{
    private const double MemoryShrink = 0.8;
    private const double LatencyShrink = 0.9;

    /// <summary>Dynamic: the tolerated wait.</summary>
    private static readonly TimeSpan _horizon = TimeSpan.FromSeconds(1);

    public static int Next(int limit, AdmissionSettings settings, in AdmissionSample sample)
    {
        if (settings.Mode == AdmissionMode.Fixed)
        {
            return settings.Initial;
        }

        double next = settings.Mode == AdmissionMode.Dynamic ? FollowRate(limit, settings, sample, _horizon) : FollowHealth(limit, settings, sample);
        return (int)Math.Clamp(next, settings.Min, settings.Max);
    }

    private static double FollowRate(int limit, AdmissionSettings settings, in AdmissionSample sample, TimeSpan tolerated)
    {
        double growth = Math.Max(1, settings.RefillRate * Math.Min(sample.Elapsed.TotalSeconds, 1));
        double wanted = sample.RatePerSecond * tolerated.TotalSeconds;
        if (wanted > limit)
        {
            return Math.Min(wanted, limit + growth);
        }

        // A low rate indicates a slow cluster only when more was in flight than it completes in that time; otherwise there was just little load.
        return sample.MostHeld > wanted ? Math.Max(wanted, limit * LatencyShrink) : Math.Max(limit, Math.Min(settings.Initial, limit + growth));
    }

    private static double FollowHealth(int limit, AdmissionSettings settings, in AdmissionSample sample)
    {
        if (sample.MemoryLoad > settings.MemoryThreshold)
        {
            return limit * MemoryShrink;
        }

        double answered = sample.RatePerSecond * settings.LatencyCeiling.TotalSeconds;
        return sample.AverageLatency > settings.LatencyCeiling
            ? Math.Max(limit * LatencyShrink, Math.Min(limit, answered))
            : FollowRate(limit, settings, sample, settings.LatencyCeiling);
    }
}
