namespace MetaStore.Robustness.Tests.Faults;

/// <summary>Medians of measured times.</summary>
internal static class Medians
{
    /// <summary>The median; the upper one for an even count.</summary>
    public static TimeSpan Median(this IReadOnlyCollection<TimeSpan> times) => times.Order().ElementAt(times.Count / 2);
}
