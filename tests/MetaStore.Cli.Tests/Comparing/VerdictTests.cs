using MetaStore.Cli.Comparing.Plan;
using MetaStore.Cli.Comparing.Running;
using MetaStore.Cli.Comparing.Statistics;
using MetaStore.Cli.Comparing.Verdicts;
using MetaStore.Testing;

namespace MetaStore.Cli.Tests.Comparing;

/// <summary>The sentence matches the figures: better, worse, or no significant difference.</summary>
public sealed class VerdictTests
{
    private static readonly ComparedMode Dynamic = ComparedMode.All.Single(mode => mode.Name == "dynamic");

    [Fact]
    public void Faster_AndNeverSlower() => Assert.Equal(
        "dynamic is 2.3 times off at 1,000 callers (95 %: 2.1 to 2.5) and never slower.",
        Sentence(Load(1, 1.0, 0.97, 1.03), Load(50, 1.2, 1.1, 1.3), Load(1000, 2.3, 2.1, 2.5)));

    /// <summary>The largest of several estimates is too high more often than not, so the ratio in the sentence is that of the most callers.</summary>
    [Fact]
    public void Faster_AtSeveralLoads_NamesTheMostCallers() => Assert.Equal(
        "dynamic is 1.30 times off at 1,000 callers (95 %: 1.20 to 1.40) and never slower.",
        Sentence(Load(1, 1.0, 0.95, 1.03), Load(256, 1.6, 1.5, 1.7), Load(1000, 1.3, 1.2, 1.4)));

    /// <summary>Not inferior by more than 5 %, at every load: an interval that begins at 0.949 is not enough, nor is one that lies below 1.</summary>
    [Theory]
    [InlineData(0.949, 1.05, "no difference is shown at 1 caller (95 %: 0.95 to 1.05)")]
    [InlineData(0.96, 0.99, "but it is slower at 1 caller by 3 % (95 %: 1 % to 4 %)")]
    public void NeverSlower_NeedsEveryInterval(double low, double high, string says) =>
        Assert.Equal($"dynamic is 2.3 times off at 1,000 callers (95 %: 2.1 to 2.5); {says}.", Sentence(Load(1, Math.Sqrt(low * high), low, high), Load(1000, 2.3, 2.1, 2.5)));

    [Fact]
    public void FasterHere_SlowerThere() => Assert.Equal(
        "dynamic is 2.3 times off at 1,000 callers (95 %: 2.1 to 2.5); but it is slower at 50 callers by 8 % (95 %: 5 % to 11 %).",
        Sentence(Load(1, 1.0, 0.97, 1.03), Load(50, 0.92, 0.89, 0.95), Load(1000, 2.3, 2.1, 2.5)));

    [Fact]
    public void SlowerOnly() => Assert.Equal(
        "dynamic is slower than off at 1 caller by 88 % (95 %: 87 % to 89 %), at 50 callers by 65 % (95 %: 60 % to 70 %).",
        Sentence(Load(1, 0.12, 0.11, 0.13), Load(50, 0.35, 0.30, 0.40)));

    [Fact]
    public void NothingShown() => Assert.Equal("dynamic is not shown to differ from off at any load.", Sentence(Load(1, 1.0, 0.8, 1.2), Load(50, 0.99, 0.7, 1.3)));

    [Fact]
    public void Equal_WithinTheMargin() => Assert.Equal(
        "dynamic is not faster than off at any load, and not slower by more than 5 %.", Sentence(Load(1, 1.0, 0.96, 1.02), Load(50, 1.01, 0.98, 1.05)));

    [Fact]
    public void UnclearLoad_IsNotCalledNeverSlower() => Assert.Equal(
        "dynamic is 2.3 times off at 1,000 callers (95 %: 2.1 to 2.5); no difference is shown at 1 caller (95 %: 0.80 to 1.20).",
        Sentence(Load(1, 1.0, 0.8, 1.2), Load(1000, 2.3, 2.1, 2.5)));

    [Fact]
    public void LaterMedian_IsSaid()
    {
        var late = Load(1, 1.0, 0.97, 1.03) with { P50 = new RatioEstimate(1.2, 1.1, 1.3) };
        Assert.Equal(
            "dynamic is 2.3 times off at 1,000 callers (95 %: 2.1 to 2.5); its median latency is higher at 1 caller by 20 %.", Sentence(late, Load(1000, 2.3, 2.1, 2.5)));
    }

    [Fact]
    public void OneRound_ShowsNothing() => Assert.Equal(
        "dynamic is 1.20 times off at 1 caller, 2.3 times off at 1,000 callers in too few rounds for an interval (3 at least), so nothing is shown.",
        Sentence(Load(1, 1.2, null, null), Load(1000, 2.3, null, null)));

    [Fact]
    public void FailedPuts_AreSaid() => Assert.EndsWith(
        "; 1,234 of its puts failed.", Verdict.Of(Dynamic, ComparedMode.Off, 256, namesSize: false, [Load(1, 1.2, 1.1, 1.3)], failed: 1234).Text, StringComparison.Ordinal);

    [Fact]
    public void Size_IsSaid_WhenThereAreSeveral() => Assert.StartsWith(
        "With values of 1 KiB dynamic is 1.20 times off", Verdict.Of(Dynamic, ComparedMode.Off, 1024, namesSize: true, [Load(1, 1.2, 1.1, 1.3)], failed: 0).Text, StringComparison.Ordinal);

    [Fact]
    public void NothingMeasured_IsSaid() => Assert.Equal("dynamic was not measured together with off.", Sentence());

    /// <summary>A cluster on which dynamic is 10 % slower at 50 callers: an evaluation with inverted ratios, wrong pairs or missing loads would not report it.</summary>
    [Fact]
    public async Task ClusterThatLoses_IsCalledSlower()
    {
        var cluster = new SimulatedCluster((mode, callers) => (mode, callers) switch { ("dynamic", 50) => 9_000, ("dynamic", 1000) => 46_000, (_, 1) => 900, (_, 50) => 10_000, _ => 20_000 }, noise: 0.005);
        var text = (await cluster.CompareAsync()).Verdicts[0].Text;
        Assert.Matches(@"^dynamic is 2\.\d times off at 1,000 callers \(95 %: 2\.\d to 2\.\d\); but it is slower at 50 callers by (9|10|11) % \(95 %: \d+ % to \d+ %\)\.$", text);
    }

    /// <summary>Every measurement is 1 % slower than the one before: with paired and shuffled rounds this is not attributed to a mode.</summary>
    [Fact]
    public async Task MachineThatDrifts_IsNotChargedToAMode()
    {
        var cluster = new SimulatedCluster((mode, callers) => callers * 1000, noise: 0.01, driftOfEachMeasurement: -0.01);
        var comparison = await cluster.CompareAsync(SimulatedCluster.Plan("fixed,classic,dynamic", rounds: 9));
        Assert.All(comparison.Ratios, ratio => Assert.InRange(ratio.Throughput!.Ratio, 0.97, 1.03));
        Assert.All(comparison.Ratios, ratio => Assert.True(ratio.Throughput is { Low: < 1.02, High: > 0.98 }));
    }

    [Fact]
    public async Task DisturbedLoad_IsMeasuredAgain_UpToThreeTimes()
    {
        var cluster = new SimulatedCluster((_, _) => 1000);
        cluster.Disturbances.Enqueue("another member became the leader");
        var plan = SimulatedCluster.Plan(rounds: 1) with { Callers = [50] };
        var run = await RunAsync();
        Assert.Equal(["round 1, 50 callers: another member became the leader; measured again"], run.Disturbances);
        Assert.All(run.Samples.Values, cell => Assert.Single(cell));
        Assert.Equal(2, cluster.Calls.Count(call => call == "begin 50"));

        Enumerable.Range(0, 3).ToList().ForEach(_ => cluster.Disturbances.Enqueue("again"));
        run = await RunAsync();
        Assert.Equal("round 1, 50 callers: again; counted anyway", run.Disturbances[^1]);
        Assert.All(run.Samples.Values, cell => Assert.Single(cell));

        async Task<ComparisonRun> RunAsync()
        {
            var run = new ComparisonRun(plan, cluster, new SimulatedCluster.NoObserver(), new FakeTimeProvider());
            await run.RunAsync(CancellationToken.None);
            return run;
        }
    }

    private static string Sentence(params ModeRatio[] loads) => Verdict.Of(Dynamic, ComparedMode.Off, 256, namesSize: false, loads, failed: 0).Text;

    private static ModeRatio Load(int callers, double ratio, double? low, double? high) =>
        new(Dynamic, ComparedMode.Off, callers, 256, new RatioEstimate(ratio, low, high), new RatioEstimate(1, 0.98, 1.02));
}
