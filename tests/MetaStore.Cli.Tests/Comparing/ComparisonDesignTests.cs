using MetaStore.Cli.Comparing.Plan;
using MetaStore.Cli.Comparing.Statistics;
using Xunit.Abstractions;

namespace MetaStore.Cli.Tests.Comparing;

/// <summary>What the default comparison concludes on a machine whose speed varies, where the true ratio is known. Every seed is one comparison of two loads in half of the default time.</summary>
public sealed class ComparisonDesignTests(ITestOutputHelper output)
{
    private const int Seeds = 100;
    private static readonly TimeSpan AfterSwitch = TimeSpan.FromMilliseconds(55);

    private static readonly ComparisonPlan Plan = new()
    {
        Modes = ComparedMode.ParseList("fixed,classic,dynamic"), Callers = [1, 1000], ValueSizes = [256], Measured = TimeSpan.FromSeconds(0.1), Budget = TimeSpan.FromSeconds(37.5),
    };

    /// <summary>The design before: seven rounds in which every mode is measured once for 0.45 s, after 0.31 s of switching and settling.</summary>
    private static readonly ComparisonPlan Before = Plan with { Rounds = 7, Measured = TimeSpan.FromSeconds(0.45) };

    private static readonly TimeSpan AfterSwitchBefore = TimeSpan.FromMilliseconds(310);

    [Theory]
    [InlineData(1.0)]
    [InlineData(0.9)]
    [InlineData(1.2)]
    public async Task Intervals_HoldTheTruth_In95Of100_AndNeverSlowerIsSaidOnlyOfWhatIsNot(double truth)
    {
        var (holds, never, intervals, took) = (0, 0, 0, TimeSpan.Zero);
        for (var seed = 1UL; seed <= Seeds; seed++)
        {
            var (comparison, time) = await DriftingMachine.CompareAsync(seed, truth, Plan, AfterSwitch);
            foreach (var ratio in comparison.RatiosOf(Plan.Subject, ComparedMode.Off, 256))
            {
                intervals++;
                holds += ratio.Throughput!.Low <= truth && truth <= ratio.Throughput.High ? 1 : 0;
            }

            never += comparison.Verdicts[0].Text.Contains("never slower", StringComparison.Ordinal) || comparison.Verdicts[0].Text.Contains("not slower by more than 5 %", StringComparison.Ordinal) ? 1 : 0;
            took = time > took ? time : took;
        }

        output.WriteLine($"true ratio {truth}: {holds} of {intervals} intervals hold it; 'never slower' in {never} of {Seeds}");
        Assert.InRange(holds, 0.92 * intervals, 0.99 * intervals);
        Assert.InRange(never, truth < 0.95 ? 0 : 0.3 * Seeds, truth < 0.95 ? 0.03 * Seeds : Seeds);
        Assert.InRange(took.TotalSeconds, 30, 38);
    }

    [Fact]
    public async Task Intervals_AreNarrowerThanThoseOfSevenRounds_InTheSameTime()
    {
        var (now, before) = (new List<double>(), new List<double>());
        for (var seed = 1UL; seed <= 40; seed++)
        {
            var (old, took) = await DriftingMachine.CompareAsync(seed, 1, Before, AfterSwitchBefore);
            var (comparison, _) = await DriftingMachine.CompareAsync(seed, 1, Plan with { Budget = took }, AfterSwitch);
            before.AddRange(Widths(old));
            now.AddRange(Widths(comparison));
        }

        output.WriteLine($"mean width of an interval, as a logarithm: {now.Average():0.000}, in seven rounds {before.Average():0.000}");
        Assert.True(now.Average() < 0.5 * before.Average(), $"{now.Average():0.000} and {before.Average():0.000}");
        Assert.True(now.Max() < before.Max());
    }

    private static IEnumerable<double> Widths(Comparison comparison) => comparison.RatiosOf(Plan.Subject, ComparedMode.Off, 256).Select(ratio => ratio.Throughput!.Width!.Value);
}
