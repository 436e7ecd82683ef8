using MetaStore.Cli.Comparing.Plan;
using MetaStore.Cli.Comparing.Running;
using MetaStore.Cli.Comparing.Statistics;
using MetaStore.Testing;

namespace MetaStore.Cli.Tests.Comparing;

/// <summary>The order of a run, and loads that are disturbed. One round of one load and two modes.</summary>
public sealed class ComparisonRunTests
{
    private static readonly ComparisonPlan Plan = new()
    {
        Modes = ComparedMode.ParseList("fixed"), Callers = [5], ValueSizes = [16], Rounds = 1, Measured = TimeSpan.FromSeconds(1),
    };

    [Theory]
    [InlineData(0, 2, "")]
    [InlineData(1, 4, "round 1, 5 callers: an election; measured again")]
    [InlineData(9, 6, "round 1, 5 callers: an election; measured again|round 1, 5 callers: an election; measured again|round 1, 5 callers: an election; counted anyway")]
    public async Task Load_ThatIsDisturbed_IsMeasuredAgain_UpToThreeTimes(int disturbances, int measurements, string said)
    {
        var driver = new Driver { Disturbances = disturbances };
        var run = new ComparisonRun(Plan, driver, driver, new FakeTimeProvider());
        await run.RunAsync(CancellationToken.None);
        Assert.Equal(said, string.Join('|', run.Disturbances));
        Assert.Equal(measurements, driver.Steps.Count(step => step == "measure"));
        Assert.All(run.Samples.Values, cell => Assert.Single(cell));
        Assert.Equal(2, run.Samples.Count);
        Assert.Equal(["warm up", "begin"], driver.Steps.Take(2));
        Assert.Equal("ended", driver.Steps[^1]);
    }

    [Fact]
    public async Task Failure_OfAMeasurement_EndsTheRun()
    {
        var driver = new Driver { Failure = new IOException("disk") };
        Assert.Same(driver.Failure, await Assert.ThrowsAsync<IOException>(() => new ComparisonRun(Plan, driver, driver, new FakeTimeProvider()).RunAsync(CancellationToken.None)));
        Assert.DoesNotContain("ended", driver.Steps);
    }

    private sealed class Driver : ICellDriver, IRunObserver
    {
        public int Disturbances { get; set; }

        public Exception? Failure { get; init; }

        public List<string> Steps { get; } = [];

        public Task WarmUpAsync(CancellationToken cancellation) => Step("warm up");

        public async Task<string?> UnderLoadAsync(ComparisonBlock block, Func<Task> work, CancellationToken cancellation)
        {
            await Step("begin");
            await work();
            return Disturbances-- > 0 ? "an election" : null;
        }

        public async Task<CellSample> MeasureAsync(ComparisonCell cell, int round, CancellationToken cancellation)
        {
            await Step("measure");
            return Failure is null ? new CellSample { Round = round, Time = TimeSpan.FromSeconds(1), Succeeded = 1, P50Micros = 1, P99Micros = 1 } : throw Failure;
        }

        public void WarmsUp()
        {
        }

        public void Measures(ComparisonBlock block, ComparisonCell cell, int round) => Assert.Equal(0, round);

        public void Ends(ComparisonBlock block) => Steps.Add("ended");

        private Task Step(string name)
        {
            Steps.Add(name);
            return Task.CompletedTask;
        }
    }
}
