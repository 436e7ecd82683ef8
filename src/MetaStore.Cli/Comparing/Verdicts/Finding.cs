using MetaStore.Cli.Comparing.Statistics;

namespace MetaStore.Cli.Comparing.Verdicts;

/// <summary>What an interval of a ratio of throughputs shows.</summary>
internal enum Finding
{
    /// <summary>The interval lies above 1.</summary>
    Faster,

    /// <summary>The interval lies below 1.</summary>
    Slower,

    /// <summary>The interval holds 1, and its lower end is no more than the margin below: it is shown not to be slower by more.</summary>
    NotSlower,

    /// <summary>The interval holds 1 and reaches far below it: neither is shown.</summary>
    Unclear,
}

/// <summary>Reads intervals.</summary>
internal static class Findings
{
    /// <summary>Up to this share slower counts as equal: a noisy machine shows such differences between two runs of the same.</summary>
    public const double Margin = 0.05;

    /// <summary>What an estimate shows; without an interval it shows nothing.</summary>
    public static Finding Of(RatioEstimate? estimate) => estimate switch
    {
        { Low: > 1 } => Finding.Faster,
        { High: < 1 } => Finding.Slower,
        { Low: >= 1 - Margin } => Finding.NotSlower,
        _ => Finding.Unclear,
    };
}
