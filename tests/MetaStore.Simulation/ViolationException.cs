namespace MetaStore.Simulation;

/// <summary>A promise was broken.</summary>
/// <param name="invariant">Name of the check; that of its file.</param>
/// <param name="detail">What was seen.</param>
internal sealed class ViolationException(string invariant, string detail) : Exception($"{invariant}: {detail}")
{
    public string Invariant { get; } = invariant;
}
