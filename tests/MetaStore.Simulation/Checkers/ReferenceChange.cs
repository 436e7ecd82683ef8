namespace MetaStore.Simulation.Checkers;

/// <summary>One change of one key, in the words in which a watch is told of it.</summary>
/// <param name="Revision">Of the change.</param>
/// <param name="Key">The key.</param>
/// <param name="Pair">The pair as it then was; null for a delete.</param>
/// <param name="Previous">The pair before; null when there was none.</param>
internal sealed record ReferenceChange(long Revision, string Key, string? Pair, string? Previous)
{
    public bool IsDelete => Pair is null;

    /// <summary>Without the pair before.</summary>
    public string Event => Words(Key, Pair, Revision, null);

    /// <summary>With it, if there was one.</summary>
    public string EventWithPrevious => Words(Key, Pair, Revision, Previous);

    public static string Words(string key, string? pair, long revision, string? previous) =>
        (pair is null ? $"delete {key} at {revision}" : $"put {pair}") + (previous is null ? string.Empty : $" before {previous}");
}
