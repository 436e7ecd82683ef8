using MetaStore.Cli.Comparing.Plan;
using MetaStore.Cli.Comparing.Progress;
using MetaStore.Testing;

namespace MetaStore.Cli.Tests.Comparing;

public sealed class ProgressTests
{
    [Theory]
    [InlineData(100, 0.5, 62, "[############------------]  50 %  1:02 left  round 2 of 7: dynamic, 256 callers")]
    [InlineData(60, 0.5, 62, "[############------------]  50 %  1:02 left  round 2 of 7: ")]
    [InlineData(25, 0, 5, "  0 %  0:05 left  round ")]
    [InlineData(1, 1, 0, "")]
    public void Line_FitsTheTerminal(int width, double done, int left, string expected) =>
        Assert.Equal(expected, ProgressLine.Of(width, done, TimeSpan.FromSeconds(left), "round 2 of 7: dynamic, 256 callers"));

    [Fact]
    public void Line_WithoutTime_SaysSo() => Assert.Contains("time left not known yet", ProgressLine.Of(100, 0, null, "x"), StringComparison.Ordinal);

    [Fact]
    public void Clock_TakesThePlanFirst_AndThenWhatItTook()
    {
        var time = new FakeTimeProvider();
        var plan = SimulatedCluster.Plan(rounds: 4);
        var clock = new ProgressClock(plan, time);
        Assert.Equal(new ComparisonSchedule(plan).Expected, clock.Left);
        clock.Start();
        for (var block = 0; block < 3; block++)
        {
            clock.Measures(0);
            time.Advance(TimeSpan.FromSeconds(5));
            clock.Measures(0.5);
            time.Advance(TimeSpan.FromSeconds(5));
            clock.EndBlock();
        }

        Assert.Equal(0.5, clock.Done);
        Assert.Equal(30, clock.Left!.Value.TotalSeconds, 0.01);
        Assert.Null(new ProgressClock(plan with { PutsPerCaller = 10 }, time).Left);
    }

    [Fact]
    public void Clock_OfABudget_IsTheBudget()
    {
        var time = new FakeTimeProvider();
        var clock = new ProgressClock(SimulatedCluster.Plan() with { Rounds = null, Budget = TimeSpan.FromSeconds(200) }, time);
        clock.Start();
        clock.EndBlock();
        time.Advance(TimeSpan.FromSeconds(50));
        Assert.Equal((0.25, 150), (clock.Done, clock.Left!.Value.TotalSeconds));
        time.Advance(TimeSpan.FromSeconds(151));
        Assert.Equal((0.99, 0), (clock.Done, clock.Left!.Value.TotalSeconds));
    }
}
