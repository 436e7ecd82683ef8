namespace MetaStore.Robustness.Tests.Faults;

/// <summary>The middle of measured times.</summary>
internal static class Medians
{
    /// <summary>The upper one of two middles.</summary>
    public static TimeSpan Median(this IReadOnlyCollection<TimeSpan> times) => times.Order().ElementAt(times.Count / 2);
}
