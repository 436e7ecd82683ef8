namespace MetaStore.Simulation;

/// <summary>An invariant was violated.</summary>
/// <param name="invariant">Name of the check and of its file.</param>
/// <param name="detail">What was observed.</param>
internal sealed class ViolationException(string invariant, string detail) : Exception($"{invariant}: {detail}")
{
    public string Invariant { get; } = invariant;
}
