using MetaStore.Cli.Comparing.Statistics;

namespace MetaStore.Cli.Tests.Comparing;

public sealed class StatisticsTests
{
    [Fact]
    public void Numbers_AreThoseOfSplitMix64()
    {
        // Published values of the algorithm.
        Assert.Equal(0xE220_A839_7B1D_CDAFUL, new SeededNumbers(0).Next());
        var numbers = new SeededNumbers(1234567);
        Assert.Equal((6457827717110365317UL, 3203168211198807973UL, 9817491932198370423UL), (numbers.Next(), numbers.Next(), numbers.Next()));
    }

    [Fact]
    public void Shuffled_KeepsEveryItem_AndEveryOrderComesUp()
    {
        var numbers = new SeededNumbers(7);
        var orders = Enumerable.Range(0, 6000).Select(_ => new string(numbers.Shuffled("abc"))).GroupBy(order => order).ToDictionary(order => order.Key, order => order.Count());
        Assert.Equal(["abc", "acb", "bac", "bca", "cab", "cba"], orders.Keys.Order());
        Assert.All(orders.Values, count => Assert.InRange(count, 900, 1100));
    }

    [Theory]
    [InlineData(4, 2.776)]
    [InlineData(6, 2.447)]
    [InlineData(19, 2.093)]
    [InlineData(1000, 1.962)]
    public void Student_IsAsInTables(int degrees, double expected) => Assert.Equal(expected, Quantiles.Student975(degrees), expected * 0.005);

    [Theory]
    [InlineData(0, 0.5)]
    [InlineData(1.96, 0.9750021)]
    [InlineData(-3, 0.0013499)]
    public void Normal_IsAsInTables(double x, double expected) => Assert.Equal(expected, Quantiles.NormalBelow(x), 1e-6);

    [Fact]
    public void Ratio_OfEqualRounds_IsThatRatio()
    {
        var estimate = RatioEstimate.Of(Enumerable.Repeat(2.0, 7), seed: 1)!;
        Assert.Equal(2, estimate.Ratio, 1e-9);
        Assert.Equal(2, estimate.Low!.Value, 1e-9);
        Assert.Equal(2, estimate.High!.Value, 1e-9);
    }

    [Fact]
    public void Ratio_OneStalledRound_DoesNotMoveIt()
    {
        var estimate = RatioEstimate.Of([2.0, 2.1, 1.9, 2.05, 1.95, 2.0, 0.1], seed: 1)!;
        Assert.InRange(estimate.Ratio, 1.9, 2.05);
        Assert.True(estimate.Low < estimate.Ratio && estimate.Ratio < estimate.High);
    }

    [Fact]
    public void Ratio_OfFewRounds_HasNoInterval_AndOfNone_IsNone()
    {
        Assert.Equal(new RatioEstimate(2, null, null), Rounded(RatioEstimate.Of([2.0, 2.0], seed: 1)!));
        Assert.Null(RatioEstimate.Of([], seed: 1));
        Assert.Null(RatioEstimate.Of([0, double.NaN, double.PositiveInfinity], seed: 1));
    }

    [Fact]
    public void Ratio_SameSeed_SameInterval()
    {
        double[] ratios = [.. Enumerable.Range(0, 20).Select(round => 1 + (round * 0.017))];
        Assert.Equal(RatioEstimate.Of(ratios, seed: 5), RatioEstimate.Of(ratios, seed: 5));
        Assert.NotEqual(RatioEstimate.Of(ratios, seed: 5), RatioEstimate.Of(ratios, seed: 6));
    }

    /// <summary>The interval contains the true value about as often as it claims, with few rounds, and with rounds that stall sometimes.</summary>
    [Theory]
    [InlineData(5, 0.0)]
    [InlineData(7, 0.0)]
    [InlineData(12, 0.0)]
    [InlineData(7, 0.1)]
    [InlineData(12, 0.1)]
    public void Interval_HoldsTheTruth_In95Of100(int rounds, double stalls)
    {
        const int Trials = 250;
        const double Truth = 1.5;
        var numbers = new SeededNumbers(42);
        var holds = 0;
        for (var trial = 0; trial < Trials; trial++)
        {
            var estimate = RatioEstimate.Of(Enumerable.Range(0, rounds).Select(_ => Truth * Math.Exp(0.1 * Noise(numbers, stalls))), seed: (ulong)trial)!;
            holds += estimate.Low <= Truth && Truth <= estimate.High ? 1 : 0;
        }

        Assert.InRange(holds, 0.92 * Trials, 0.995 * Trials);
    }

    /// <summary>Of two equal modes neither is reported as faster or slower more often than the interval's level allows.</summary>
    [Fact]
    public void Interval_OfEqualModes_HoldsOne_In95Of100()
    {
        var numbers = new SeededNumbers(43);
        var wrong = 0;
        for (var trial = 0; trial < 400; trial++)
        {
            var estimate = RatioEstimate.Of(Enumerable.Range(0, 7).Select(_ => Math.Exp(0.05 * Noise(numbers, 0))), seed: (ulong)trial)!;
            wrong += estimate.Low > 1 || estimate.High < 1 ? 1 : 0;
        }

        Assert.InRange(wrong, 1, 32);
    }

    [Fact]
    public void Latencies_AreWithinOnePercent()
    {
        var counts = new LatencyCounts();
        for (var micros = 1; micros <= 100_000; micros++)
        {
            counts.Record(TimeSpan.FromMicroseconds(micros));
        }

        Assert.Equal(100_000, counts.Count);
        Assert.Equal(50_000, counts.Percentile(0.5), 500.0);
        Assert.Equal(99_000, counts.Percentile(0.99), 990.0);
        Assert.Equal(1, counts.Percentile(0));
        Assert.Equal(0, new LatencyCounts().Percentile(0.5));
        counts.Add(counts);
        Assert.Equal(200_000, counts.Count);
        counts.Record(TimeSpan.FromDays(1));
        Assert.InRange(counts.Percentile(1), 3.5e9, 3.7e9);
    }

    [Theory]
    [InlineData("1000 1100", true)]
    [InlineData("1000 1500", false)]
    [InlineData("1000 1500 1480", true)]
    [InlineData("10 12", true)] // chance alone explains it
    [InlineData("0 0", false)]
    [InlineData("1000", false)]
    public void Windows_AreSteady_WhenTwoAreAlike(string counts, bool expected)
    {
        var windows = new SteadyWindows(tolerance: 0.1);
        var isSteady = false;
        foreach (var count in counts.Split(' '))
        {
            isSteady = windows.Add(long.Parse(count));
        }

        Assert.Equal(expected, isSteady);
    }

    private static RatioEstimate Rounded(RatioEstimate estimate) => estimate with { Ratio = Math.Round(estimate.Ratio, 6) };

    /// <summary>Standard normal, as the sum of twelve uniform numbers; with some probability ten times as wide.</summary>
    private static double Noise(SeededNumbers numbers, double stalls)
    {
        var sum = -6.0;
        for (var i = 0; i < 12; i++)
        {
            sum += (numbers.Next() >> 11) * (1.0 / (1UL << 53));
        }

        return numbers.Below(1000) < 1000 * stalls ? 10 * sum : sum;
    }
}
