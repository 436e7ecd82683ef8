namespace MetaStore.Simulation.Runs;

/// <summary>Removes faults from a failing seed's plan while the same invariant is still violated.</summary>
internal static class Shrinker
{
    /// <returns>Numbers of the faults that are not needed.</returns>
    public static HashSet<int> Run(RunResult failed)
    {
        var skipped = new HashSet<int>();
        for (int step = Math.Max(1, failed.Faults / 2); step > 0; step /= 2)
        {
            for (int from = 0; from < failed.Faults; from += step)
            {
                var tried = new HashSet<int>(skipped);
                tried.UnionWith(Enumerable.Range(from, Math.Min(step, failed.Faults - from)));
                if (tried.Count > skipped.Count && SimRun.Run(failed.Seed, tried).Invariant == failed.Invariant)
                {
                    skipped = tried;
                }
            }
        }

        return skipped;
    }
}
