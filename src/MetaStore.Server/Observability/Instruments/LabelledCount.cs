namespace MetaStore.Server.Observability.Instruments;

/// <summary>One series of <see cref="LabelledCounts"/>. Any thread.</summary>
/// <param name="labels">Its labels, as on the page.</param>
/// <param name="shown">Value of the second label, before it is escaped.</param>
internal sealed class LabelledCount(string labels, string shown)
{
    private long _value;

    /// <summary>Its labels, as on the page.</summary>
    public string Labels => labels;

    /// <summary>What was counted.</summary>
    public long Value => Volatile.Read(ref _value);

    /// <summary>True when the second label has this value.</summary>
    public bool Is(string value) => string.Equals(shown, value, StringComparison.Ordinal);

    /// <summary>Counts one.</summary>
    public void Add() => Interlocked.Increment(ref _value);
}
