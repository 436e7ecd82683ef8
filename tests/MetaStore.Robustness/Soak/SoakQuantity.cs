namespace MetaStore.Robustness.Soak;

/// <summary>Something that must not grow, and how much of a rise still counts as flat.</summary>
/// <param name="Name">As in the table.</param>
/// <param name="Value">From a sample.</param>
/// <param name="Unit">What one unit of the table is.</param>
/// <param name="Allowed">Rise over the measured time that is allowed, in units of the sample.</param>
/// <param name="AllowedShare">The same as a share of the median; the larger one counts.</param>
/// <param name="IsFloor">Whether the lowest value of a window counts, not the median: a heap rises between collections.</param>
public sealed record SoakQuantity(string Name, Func<SoakSample, double> Value, double Unit, double Allowed, double AllowedShare, bool IsFloor = false)
{
    private const double MiB = 1 << 20;
    private const int Windows = 24;

    /// <summary>Everything that is looked at.</summary>
    public static IReadOnlyList<SoakQuantity> All { get; } =
    [
        new("resident, MiB", sample => sample.ResidentBytes, MiB, 16 * MiB, 0.08),
        new("heap, MiB", sample => sample.HeapBytes, MiB, 4 * MiB, 0.10, IsFloor: true),
        new("descriptors", sample => sample.Descriptors, 1, 6, 0.05),
        new("threads", sample => sample.Threads, 1, 5, 0.10),
        new("disk, MiB", sample => sample.DiskBytes, MiB, 8 * MiB, 0.10),
        new("files", sample => sample.Files, 1, 8, 0.10),
    ];

    /// <summary>Judges one member. The samples after the warm-up are summed up in 24 windows, of which each gives one point.</summary>
    public SoakVerdict Judge(string member, IReadOnlyList<SoakSample> samples, double warmUpSeconds)
    {
        SoakSample[] measured = [.. samples.Where(sample => sample.Member == member && sample.Seconds >= warmUpSeconds)];
        double from = measured[0].Seconds;
        double span = measured[^1].Seconds - from;
        (double, double)[] points =
        [
            .. measured.GroupBy(sample => Math.Min(Windows - 1, (int)(Windows * (sample.Seconds - from) / span)))
                .Select(window => (window.Average(sample => sample.Seconds), Sum(window.Select(Value).Order().ToArray()))),
        ];
        double median = Middle(measured.Select(Value).Order().ToArray());
        TheilSen slope = TheilSen.Of(points);
        double allowed = Math.Max(Allowed, AllowedShare * median);
        return new SoakVerdict(this, member, median / Unit, slope.Slope * span / Unit, slope.Low * span / Unit, slope.High * span / Unit, allowed / Unit, slope.Slope * 3600 / Unit);
    }

    private double Sum(double[] sorted) => IsFloor ? sorted[0] : Middle(sorted);

    private static double Middle(double[] sorted) => sorted[sorted.Length / 2];
}
