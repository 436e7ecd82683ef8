using MetaStore.Cli.CommandLine;
using MetaStore.Cli.Comparing.Plan;

namespace MetaStore.Cli.Tests.Comparing;

public sealed class ComparisonPlanTests
{
    private static readonly ComparisonPlan Plan = new()
    {
        Modes = ComparedMode.ParseList("fixed,classic,dynamic"),
        Callers = [1, 50, 256, 1000],
        ValueSizes = [256],
        Rounds = 7,
        Measured = TimeSpan.FromSeconds(0.1),
    };

    [Fact]
    public void Blocks_HoldEveryLoadOnceARound_WithAllModesOfALoadTogether()
    {
        var rounds = Blocks(Plan with { ValueSizes = [100, 1024] }).SelectMany(block => block.Rounds.Select(round => (round.Number, block.Load, round.Modes))).ToArray();
        Assert.Equal(7 * 4 * 2, rounds.Length);
        Assert.All(rounds, round => Assert.Equal(["classic", "dynamic", "fixed", "off"], round.Modes.Select(mode => mode.Name).Order()));
        Assert.All(rounds.GroupBy(round => round.Number), round => Assert.Equal(8, round.Select(block => block.Load).Distinct().Count()));
        Assert.Equal(8, Blocks(Plan with { ValueSizes = [100, 1024] }).Take(8).Select(block => block.Load).Distinct().Count());
    }

    [Fact]
    public void Order_IsByChance_AndFollowsTheSeed()
    {
        Assert.Equal(Orders(Plan), Orders(Plan));
        Assert.NotEqual(Orders(Plan), Orders(Plan with { Seed = 2 }));

        // No mode has a fixed position: the two of the pair change places, and the pair as a whole with the others.
        var first = Blocks(Plan with { Rounds = 400 }).GroupBy(block => block.Modes.First().Name).ToDictionary(group => group.Key, group => group.Count());
        Assert.Equal(800, first.Values.Sum());
        Assert.All(new[] { "fixed", "classic" }, mode => Assert.InRange(first[mode], 220, 315));
        Assert.All(new[] { "off", "dynamic" }, mode => Assert.InRange(first[mode], 100, 170));
    }

    /// <summary>Two rounds of opposite order: a drift that is linear in time affects all modes alike. Off and the mode of the verdict are next to each other.</summary>
    [Theory]
    [InlineData("dynamic")]
    [InlineData("fixed,classic,dynamic")]
    public void Orders_AreReversed_AndThePairIsTogether(string modes)
    {
        var blocks = Blocks(Plan with { Modes = ComparedMode.ParseList(modes), Rounds = 100 });
        Assert.All(blocks, block =>
        {
            Assert.Equal(block.Rounds[0].Modes.Reverse(), block.Rounds[1].Modes);
            ComparedMode[] order = [.. block.Rounds[0].Modes];
            Assert.Equal(1, Math.Abs(Array.IndexOf(order, ComparedMode.Off) - Array.FindIndex(order, mode => mode.Name == "dynamic")));
            Assert.Equal((2 * order.Length) - 1, block.Changes.Count()); // the last mode of a round is the first one of the next
        });
        Assert.InRange(blocks.Count(block => block.Modes.First(mode => mode.Name is "off" or "dynamic") == ComparedMode.Off), 70, 130);
    }

    [Fact]
    public void EveryMode_SetsWhatAnotherOneHasChanged()
    {
        Assert.All(ComparedMode.All, mode => Assert.True(mode.Change.HasPolicy && mode.Change.HasFlushWhenIdle, mode.Name));
        Assert.Equal(ComparedMode.All.Count, ComparedMode.All.Select(mode => (mode.Change.Policy, mode.Change.FlushWhenIdle)).Distinct().Count());
    }

    [Theory]
    [InlineData("dynamic", "off,dynamic", "dynamic")]
    [InlineData("dynamic,off,fixed", "off,fixed,dynamic", "dynamic")]
    [InlineData("classic,fixed", "off,fixed,classic", "classic")]
    [InlineData("all", "off,fixed,classic,throughput,target,dynamic", "dynamic")]
    public void Modes_AreListedInOneOrder_OffAmongThem(string names, string expected, string subject)
    {
        var plan = Plan with { Modes = ComparedMode.ParseList(names) };
        Assert.Equal(expected, string.Join(',', plan.Modes.Select(mode => mode.Name)));
        Assert.Equal(subject, plan.Subject.Name);
    }

    [Theory]
    [InlineData("of")]
    [InlineData("off")]
    [InlineData("")]
    public void Modes_ThatCompareNothing_AreRefused(string names) => Assert.Throws<UsageException>(() => ComparedMode.ParseList(names));

    [Fact]
    public void Sizes_AreReadAsPeopleWriteThem()
    {
        Assert.Equal([100, 1024, 10240, 256], Sizes.ParseList("100B, 1KiB,10 KiB,256,1024"));
        Assert.Equal(("100 B", "1 KiB", "1025 B"), (Sizes.Of(100), Sizes.Of(1024), Sizes.Of(1025)));
        Assert.Throws<UsageException>(() => Sizes.ParseList("2MiB"));
        Assert.Throws<UsageException>(() => Sizes.ParseList("4096KiB"));
        Assert.Throws<UsageException>(() => Sizes.ParseCounts("--loads", "1,0", 10));
        Assert.Throws<UsageException>(() => Sizes.ParseCounts("--loads", ",", 10));
    }

    private static string Orders(ComparisonPlan plan) =>
        string.Join(' ', Blocks(plan).Select(block => $"{block.Load.Callers}:{string.Join(',', block.Modes.Select(mode => mode.Name))}"));

    private static List<ComparisonBlock> Blocks(ComparisonPlan plan)
    {
        var (schedule, blocks) = (new ComparisonSchedule(plan), new List<ComparisonBlock>());
        while (schedule.Next(TimeSpan.Zero, _ => throw new InvalidOperationException("given rounds do not depend on results")) is { } block)
        {
            blocks.Add(block);
        }

        return blocks;
    }
}
