namespace MetaStore.Raft.Runtime.Batching.Admission;

/// <summary>How many credits there are: a pure function of the last number and what was seen.</summary>
internal static class AdmissionLimit
{
    /// <summary>Shrinking is by shares and growing by a rate, so that trouble is answered fast and peace restored without a jump.</summary>
    private const double MemoryShrink = 0.8;
    private const double LatencyShrink = 0.9;

    /// <summary>Dynamic: as many credits as are answered in this time, by Little's law the wait that is tolerated.</summary>
    private static readonly TimeSpan _horizon = TimeSpan.FromSeconds(1);

    public static int Next(int limit, AdmissionSettings settings, in AdmissionSample sample)
    {
        if (settings.Mode == AdmissionMode.Fixed)
        {
            return settings.Initial;
        }

        double growth = Math.Max(1, settings.RefillRate * Math.Min(sample.Elapsed.TotalSeconds, 1));
        double next = settings.Mode == AdmissionMode.Dynamic ? FollowRate(limit, settings, sample, growth) : FollowHealth(limit, settings, sample, growth);
        return (int)Math.Clamp(next, settings.Min, settings.Max);
    }

    private static double FollowRate(int limit, AdmissionSettings settings, in AdmissionSample sample, double growth)
    {
        double wanted = sample.RatePerSecond * _horizon.TotalSeconds;
        if (wanted > limit)
        {
            return Math.Min(wanted, limit + growth);
        }

        // A low rate says something about the cluster only if the credits were wanted; otherwise there was just little to do.
        bool tested = sample.MostHeld >= limit;
        return tested ? Math.Max(wanted, limit * LatencyShrink) : Math.Max(limit, Math.Min(settings.Initial, limit + growth));
    }

    private static double FollowHealth(int limit, AdmissionSettings settings, in AdmissionSample sample, double growth)
    {
        if (sample.MemoryLoad > settings.MemoryThreshold)
        {
            return limit * MemoryShrink;
        }

        return sample.AverageLatency > settings.LatencyCeiling ? limit * LatencyShrink : limit + growth;
    }
}
