namespace MetaStore.Simulation.Runs;

/// <summary>How a seed ended.</summary>
/// <param name="Seed">The seed.</param>
/// <param name="Hash">Over everything that happened.</param>
/// <param name="Invariant">What was broken, or null.</param>
/// <param name="Detail">How.</param>
/// <param name="Faults">Faults in its plan.</param>
/// <param name="Statistics">What happened.</param>
internal sealed record RunResult(ulong Seed, ulong Hash, string? Invariant, string? Detail, int Faults, RunStatistics Statistics)
{
    public bool Passed => Invariant is null;
}
