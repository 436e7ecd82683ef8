namespace MetaStore.Batching.Admission;

/// <summary>How many credits there are: a pure function of the last number and what was seen.</summary>
/// <remarks>
/// Credits grow towards what is answered in the time that a wait is tolerated (Little's law), by a rate, and no further: a number that grew without need
/// would let in a burst whose last call waits far longer. They shrink by shares, so that trouble is answered within a second, but not below what is
/// answered in that time: fewer would only make calls wait elsewhere.
/// </remarks>
internal static class AdmissionLimit
{
    private const double MemoryShrink = 0.8;
    private const double LatencyShrink = 0.9;

    /// <summary>Dynamic: the time that is tolerated.</summary>
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

        // A low rate says something about the cluster only when more was under way than it answers in that time; otherwise there was just little to do.
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
