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
        Measured = TimeSpan.FromSeconds(0.45),
    };

    [Fact]
    public void Blocks_HoldEveryCellOnceARound_WithAllModesOfALoadTogether()
    {
        var blocks = (Plan with { ValueSizes = [100, 1024] }).Blocks();
        Assert.Equal(7 * 4 * 2, blocks.Count);
        Assert.All(blocks, block => Assert.Equal(["classic", "dynamic", "fixed", "off"], block.Modes.Select(mode => mode.Name).Order()));
        Assert.Equal(blocks.Select(block => block.Round).Order(), blocks.Select(block => block.Round));
        Assert.All(blocks.GroupBy(block => block.Round), round => Assert.Equal(8, round.Select(block => (block.Callers, block.ValueBytes)).Distinct().Count()));
    }

    [Fact]
    public void Order_IsByChance_AndFollowsTheSeed()
    {
        Assert.Equal(Orders(Plan), Orders(Plan));
        Assert.NotEqual(Orders(Plan), Orders(Plan with { Seed = 2 }));

        // No mode has a fixed position: over many rounds each is first about equally often.
        var first = (Plan with { Rounds = 200 }).Blocks().GroupBy(block => block.Modes[0].Name).ToDictionary(group => group.Key, group => group.Count());
        Assert.All(first.Values, count => Assert.InRange(count, 160, 240));
        Assert.Equal(4, first.Count);
    }

    /// <summary>The duration that a new user waits for, besides building and starting.</summary>
    [Fact]
    public void Defaults_TakeLessThan90Seconds() => Assert.InRange(Plan.Expected!.Value.TotalSeconds, 60, 90);

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
        string.Join(' ', plan.Blocks().Select(block => $"{block.Callers}:{string.Join(',', block.Modes.Select(mode => mode.Name))}"));
}
