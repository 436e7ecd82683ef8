namespace MetaStore.Cli.Comparing.Statistics;

/// <summary>Estimate of the ratio of two figures, from pairs measured in direct succession.</summary>
/// <param name="Ratio">The estimate: the mean of the middle half of the ratios' logarithms.</param>
/// <param name="Low">Lower end of the 95 % interval; null when there are too few rounds for one.</param>
/// <param name="High">Upper end.</param>
internal sealed record RatioEstimate(double Ratio, double? Low, double? High)
{
    /// <summary>Minimum number of rounds for an interval.</summary>
    public const int RoundsMin = 3;

    /// <summary>Resamples of a reported interval.</summary>
    public const int Resamples = 2000;

    /// <summary>Width of the interval, as a logarithm; null without one.</summary>
    public double? Width => Low is { } low && High is { } high ? Math.Log(high / low) : null;

    /// <summary>Estimates from one ratio per round; null when no round has one.</summary>
    /// <param name="ratios">Positive and finite; others are ignored.</param>
    /// <param name="seed">Seed of the resampling: the same ratios and seed give the same interval.</param>
    /// <param name="resamples">Fewer are faster, and make the ends of the interval less exact.</param>
    /// <remarks>
    /// A percentile bootstrap of few values is too narrow: with five rounds a "95 %" interval contains the true value in 83 % of the cases. The
    /// percentiles are therefore expanded as far as Student's distribution is wider than the normal one. Source: Hesterberg, What teachers should know
    /// about the bootstrap, The American Statistician 69(4), 2015 (expanded percentile interval).
    /// </remarks>
    public static RatioEstimate? Of(IEnumerable<double> ratios, ulong seed, int resamples = Resamples)
    {
        double[] logs = [.. ratios.Where(ratio => double.IsFinite(ratio) && ratio > 0).Select(ratio => Math.Log(ratio))];
        if (logs.Length == 0)
        {
            return null;
        }

        var estimate = Math.Exp(Center([.. logs]));
        if (logs.Length < RoundsMin)
        {
            return new RatioEstimate(estimate, null, null);
        }

        var numbers = new SeededNumbers(seed);
        var sample = new double[logs.Length];
        var centers = new double[resamples];
        for (var i = 0; i < resamples; i++)
        {
            for (var j = 0; j < sample.Length; j++)
            {
                sample[j] = logs[numbers.Below(logs.Length)];
            }

            centers[i] = Center(sample);
        }

        Array.Sort(centers);
        var tail = Quantiles.NormalBelow(-Quantiles.Student975(logs.Length - 1) * Math.Sqrt(logs.Length / (logs.Length - 1.0)));
        return new RatioEstimate(estimate, Math.Exp(Quantiles.OfSorted(centers, tail)), Math.Exp(Quantiles.OfSorted(centers, 1 - tail)));
    }

    /// <summary>The mean without the lowest and the highest quarter; sorts its argument. A round in which the machine stalled does not move it, and it uses more of the others than their median does.</summary>
    private static double Center(double[] values)
    {
        Array.Sort(values);
        var outside = values.Length / 4;
        var sum = 0.0;
        for (var i = outside; i < values.Length - outside; i++)
        {
            sum += values[i];
        }

        return sum / (values.Length - (2 * outside));
    }
}
