namespace MetaStore.Simulation.Runs;

/// <summary>Result of a seed.</summary>
/// <param name="Seed">The seed.</param>
/// <param name="Hash">Hash of everything that happened.</param>
/// <param name="Invariant">The violated invariant, or null.</param>
/// <param name="Detail">Description of the violation.</param>
/// <param name="Faults">Number of faults in its plan.</param>
/// <param name="Statistics">Statistics of the run.</param>
internal sealed record RunResult(ulong Seed, ulong Hash, string? Invariant, string? Detail, int Faults, RunStatistics Statistics)
{
    public bool Passed => Invariant is null;
}
