namespace MetaStore.Cli.Comparing.Statistics;

/// <summary>The two distributions needed for an interval from few rounds.</summary>
internal static class Quantiles
{
    /// <summary>The 97.5 % point of the standard normal distribution.</summary>
    public const double Normal975 = 1.959963984540054;

    /// <summary>The standard normal cumulative distribution at <paramref name="x"/>, to 1e-7.</summary>
    /// <remarks>Source: Abramowitz and Stegun, Handbook of Mathematical Functions, 26.2.17.</remarks>
    public static double NormalBelow(double x)
    {
        var t = 1 / (1 + (0.2316419 * Math.Abs(x)));
        var series = t * (0.319381530 + (t * (-0.356563782 + (t * (1.781477937 + (t * (-1.821255978 + (t * 1.330274429))))))));
        var above = Math.Exp(-x * x / 2) / Math.Sqrt(2 * Math.PI) * series;
        return x >= 0 ? 1 - above : above;
    }

    /// <summary>The 97.5 % point of Student's distribution, to 1 % from three degrees of freedom.</summary>
    /// <remarks>Source: Abramowitz and Stegun, 26.7.5.</remarks>
    public static double Student975(int degrees)
    {
        const double z = Normal975;
        double v = degrees;
        var (z3, z5, z7, z9) = (Math.Pow(z, 3), Math.Pow(z, 5), Math.Pow(z, 7), Math.Pow(z, 9));
        return z
            + ((z3 + z) / (4 * v))
            + (((5 * z5) + (16 * z3) + (3 * z)) / (96 * v * v))
            + (((3 * z7) + (19 * z5) + (17 * z3) - (15 * z)) / (384 * v * v * v))
            + (((79 * z9) + (776 * z7) + (1482 * z5) - (1920 * z3) - (945 * z)) / (92160 * v * v * v * v));
    }

    /// <summary>A quantile of sorted values, interpolated linearly.</summary>
    public static double OfSorted(ReadOnlySpan<double> sorted, double share)
    {
        var at = share * (sorted.Length - 1);
        var below = (int)at;
        return below + 1 < sorted.Length ? sorted[below] + ((at - below) * (sorted[below + 1] - sorted[below])) : sorted[below];
    }
}
