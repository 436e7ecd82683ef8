using MetaStore.Cli.Comparing.Plan;

namespace MetaStore.Cli.Tests.Comparing;

/// <summary>Which load is measured next, and when a comparison ends.</summary>
public sealed class ScheduleTests
{
    private static readonly ComparisonPlan Plan = new()
    {
        Modes = ComparedMode.ParseList("fixed,dynamic"), Callers = [1, 50, 1000], ValueSizes = [256], Measured = TimeSpan.FromSeconds(0.1), Budget = TimeSpan.FromSeconds(60),
    };

    [Fact]
    public void EveryLoad_IsFirstVisitedTwice_WithAllModes()
    {
        var (schedule, time) = (new ComparisonSchedule(Plan), TimeSpan.Zero);
        Assert.Equal(6, schedule.FirstBlocks);
        var blocks = Take(schedule, 6, ref time, _ => throw new InvalidOperationException("the first visits do not depend on results"));
        Assert.All(blocks.GroupBy(block => block.Load), load => Assert.Equal(Enumerable.Range(0, 6), load.SelectMany(block => block.Rounds).Select(round => round.Number)));
        Assert.All(blocks, block => Assert.All(block.Rounds, round => Assert.Contains(round.Modes, mode => mode.Name == "fixed")));
        Assert.Equal(3, blocks.Take(3).Select(block => block.Load).Distinct().Count());
    }

    /// <summary>The widest interval is next, but never twice in succession.</summary>
    [Fact]
    public void TimeThatIsLeft_GoesToTheWidestInterval()
    {
        var (schedule, time) = (new ComparisonSchedule(Plan), TimeSpan.Zero);
        Take(schedule, 6, ref time, _ => 0);
        var visits = Take(schedule, 40, ref time, load => load.Callers == 50 ? 0.3 : load.Callers == 1 ? 0.2 : 0.1);
        Assert.DoesNotContain(visits, block => block.Load.Callers == 1000);
        Assert.InRange(visits.Count(block => block.Load.Callers == 50), visits.Count / 2, (visits.Count / 2) + 1);
        Assert.All(visits.Zip(visits.Skip(1)), next => Assert.NotEqual(next.First.Load, next.Second.Load));
        Assert.All(visits.SelectMany(block => block.Rounds), round => Assert.DoesNotContain(round.Modes, mode => mode.Name == "fixed"));

        // It ends before the time is over, and with little of it left.
        Assert.Null(schedule.Next(time, _ => 0));
        Assert.InRange(time.TotalSeconds, 55, 60);
    }

    [Fact]
    public void OneLoad_GetsAllTime()
    {
        var (schedule, time) = (new ComparisonSchedule(Plan with { Callers = [50] }), TimeSpan.Zero);
        Assert.InRange(Take(schedule, 40, ref time, _ => double.PositiveInfinity).Count, 10, 40);
    }

    [Fact]
    public void FirstVisits_AreMade_EvenIfTheTimeIsShort()
    {
        var plan = Plan with { Budget = TimeSpan.FromSeconds(1) };
        var (schedule, time) = (new ComparisonSchedule(plan), TimeSpan.Zero);
        Assert.True(schedule.Expected > TimeSpan.FromSeconds(10));
        Assert.Equal(6, Take(schedule, 40, ref time, _ => 1).Count);
    }

    /// <summary>The duration that a new user waits for, besides building and starting.</summary>
    [Fact]
    public void Defaults_Take75Seconds() => Assert.Equal(75, new ComparisonSchedule(new ComparisonPlan
    {
        Modes = ComparedMode.ParseList("fixed,classic,dynamic"), Callers = [1, 50, 256, 1000], ValueSizes = [256], Measured = TimeSpan.FromSeconds(0.1),
    }).Expected!.Value.TotalSeconds);

    private static List<ComparisonBlock> Take(ComparisonSchedule schedule, int most, ref TimeSpan time, Func<ComparisonLoad, double> widthOf)
    {
        var blocks = new List<ComparisonBlock>();
        while (blocks.Count < most && schedule.Next(time, widthOf) is { } block)
        {
            blocks.Add(block);
            time += Plan.ExpectedOf(block)!.Value;
        }

        return blocks;
    }
}
