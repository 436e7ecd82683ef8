namespace MetaStore.Cli.Comparing.Plan;

/// <summary>How long a load runs before it is measured.</summary>
internal static class Settling
{
    /// <summary>Time after a change of the mode that is not measured.</summary>
    /// <remarks>Measured in windows of 20 ms: the rate is that of the new mode 40 ms after the change at the latest, at 1 to 1,000 callers.</remarks>
    public static readonly TimeSpan AfterSwitch = TimeSpan.FromMilliseconds(40);

    /// <summary>Minimum time that a load runs before its first measurement.</summary>
    public static readonly TimeSpan Shortest = TimeSpan.FromMilliseconds(200);

    /// <summary>Length of the windows whose throughput is compared.</summary>
    public static readonly TimeSpan Window = TimeSpan.FromMilliseconds(100);

    /// <summary>Additional time for a load to become steady after its minimum time; then it is measured anyway, and the report counts it.</summary>
    public static readonly TimeSpan Extra = TimeSpan.FromMilliseconds(300);

    /// <summary>Fraction by which the throughput of two consecutive windows may differ.</summary>
    public const double Tolerance = 0.15;

    /// <summary>Window before the first round: servers and client compile their code meanwhile.</summary>
    public static readonly TimeSpan FirstWindow = TimeSpan.FromSeconds(1);

    /// <summary>Fraction by which two consecutive windows may differ before the first round.</summary>
    public const double FirstTolerance = 0.08;

    /// <summary>Maximum number of windows before the first round.</summary>
    public const int FirstWindowsMax = 10;

    /// <summary>Minimum number of windows before the first round.</summary>
    public const int FirstWindowsMin = 3;
}
