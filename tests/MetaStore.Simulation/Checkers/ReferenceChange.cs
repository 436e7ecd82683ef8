namespace MetaStore.Simulation.Checkers;

/// <summary>A change of one key, with the text of its watch event.</summary>
/// <param name="Revision">Revision of the change.</param>
/// <param name="Key">The key.</param>
/// <param name="Pair">The pair after the change; null for a delete.</param>
/// <param name="Previous">The pair before the change; null when there was none.</param>
internal sealed record ReferenceChange(long Revision, string Key, string? Pair, string? Previous)
{
    public bool IsDelete => Pair is null;

    /// <summary>Without the previous pair.</summary>
    public string Event => Words(Key, Pair, Revision, null);

    /// <summary>With the previous pair, if there was one.</summary>
    public string EventWithPrevious => Words(Key, Pair, Revision, Previous);

    public static string Words(string key, string? pair, long revision, string? previous) =>
        (pair is null ? $"delete {key} at {revision}" : $"put {pair}") + (previous is null ? string.Empty : $" before {previous}");
}
