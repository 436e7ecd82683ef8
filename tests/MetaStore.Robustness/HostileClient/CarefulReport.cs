namespace MetaStore.Robustness.HostileClient;

/// <summary>What a careful client saw.</summary>
/// <param name="Puts">Puts that were answered.</param>
/// <param name="Slowest">The slowest of them, slowest first.</param>
/// <param name="Errors">What failed, and how often.</param>
public sealed record CarefulReport(int Puts, IReadOnlyList<SlowPut> Slowest, IReadOnlyDictionary<string, int> Errors);
