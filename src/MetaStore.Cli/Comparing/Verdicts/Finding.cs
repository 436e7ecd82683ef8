using MetaStore.Cli.Comparing.Statistics;

namespace MetaStore.Cli.Comparing.Verdicts;

/// <summary>What the interval of a throughput ratio shows.</summary>
internal enum Finding
{
    /// <summary>The interval is above 1.</summary>
    Faster,

    /// <summary>The interval is below 1.</summary>
    Slower,

    /// <summary>The interval contains 1, and its lower end is within the margin: it is shown not to be slower by more than that.</summary>
    NotSlower,

    /// <summary>The interval contains 1 and extends below the margin: neither is shown.</summary>
    Unclear,
}

/// <summary>Interprets intervals.</summary>
internal static class Findings
{
    /// <summary>Up to this fraction slower counts as equal: a noisy machine shows such differences between two runs of the same mode.</summary>
    public const double Margin = 0.05;

    /// <summary>The finding of an estimate; without an interval it shows nothing.</summary>
    public static Finding Of(RatioEstimate? estimate) => estimate switch
    {
        { Low: > 1 } => Finding.Faster,
        { High: < 1 } => Finding.Slower,
        { Low: >= 1 - Margin } => Finding.NotSlower,
        _ => Finding.Unclear,
    };
}
