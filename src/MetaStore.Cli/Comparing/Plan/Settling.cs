namespace MetaStore.Cli.Comparing.Plan;

/// <summary>How long a load runs before it is measured.</summary>
internal static class Settling
{
    /// <summary>Throughput of windows of this length is compared.</summary>
    public static readonly TimeSpan Window = TimeSpan.FromMilliseconds(100);

    /// <summary>Beyond its shortest time a mode gets this long to become steady; then it is measured all the same, and the report counts it.</summary>
    public static readonly TimeSpan Extra = TimeSpan.FromMilliseconds(300);

    /// <summary>Share by which the throughput of two windows in a row may differ.</summary>
    public const double Tolerance = 0.15;

    /// <summary>Before the first round, a second at a time: the servers and this program compile their code while it runs.</summary>
    public static readonly TimeSpan FirstWindow = TimeSpan.FromSeconds(1);

    /// <summary>Share by which two seconds in a row may differ before the first round.</summary>
    public const double FirstTolerance = 0.08;

    /// <summary>Most seconds before the first round.</summary>
    public const int FirstWindowsMax = 10;

    /// <summary>Fewest seconds before the first round.</summary>
    public const int FirstWindowsMin = 3;
}
