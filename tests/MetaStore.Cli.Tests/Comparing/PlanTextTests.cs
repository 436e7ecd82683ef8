using MetaStore.Cli.CommandLine;
using MetaStore.Cli.Comparing.Machine;
using MetaStore.Cli.Comparing.Plan;
using MetaStore.Cli.Comparing.Progress;

namespace MetaStore.Cli.Tests.Comparing;

/// <summary>Lists in flags of batch compare, and lines about the machine and the progress.</summary>
public sealed class PlanTextTests
{
    [Theory]
    [InlineData("256,100B, 1KiB ,10 kib,256", "256,100,1024,10240")]
    [InlineData("1024KiB", "1048576")]
    [InlineData("0", "0")]
    public void Sizes_HaveUnits_AndAreDistinct(string text, string expected) => Assert.Equal(expected, string.Join(',', Sizes.ParseList(text)));

    [Theory]
    [InlineData("1025KiB", "--value-sizes: '1025KiB' is not a size up to 1024KiB, such as 256 or 10KiB")]
    [InlineData("-1", "--value-sizes: '-1' is not a size up to 1024KiB, such as 256 or 10KiB")]
    [InlineData("1,x", "--value-sizes: 'x' is not a size up to 1024KiB, such as 256 or 10KiB")]
    [InlineData(",", "a list needs at least one value")]
    public void Sizes_OfAnotherForm_AreRefused(string text, string why) => Assert.Equal(why, Assert.Throws<UsageException>(() => Sizes.ParseList(text)).Message);

    [Theory]
    [InlineData("1,50,1", "1,50", null)]
    [InlineData("0", null, "--loads: '0' is not a number from 1 to 100")]
    [InlineData("101", null, "--loads: '101' is not a number from 1 to 100")]
    public void Counts_HaveALimit(string text, string? expected, string? why)
    {
        if (why is null)
        {
            Assert.Equal(expected, string.Join(',', Sizes.ParseCounts("--loads", text, 100)));
        }
        else
        {
            Assert.Equal(why, Assert.Throws<UsageException>(() => Sizes.ParseCounts("--loads", text, 100)).Message);
        }
    }

    [Theory]
    [InlineData("dynamic,fixed", "off,fixed,dynamic")]
    [InlineData("all", "off,fixed,classic,throughput,target,dynamic")]
    [InlineData("target,off", "off,target")]
    public void Modes_AreInTheOrderOfReports_WithOff(string text, string expected) => Assert.Equal(expected, string.Join(',', ComparedMode.ParseList(text).Select(mode => mode.Name)));

    [Theory]
    [InlineData("off", "--modes needs at least one mode besides off, such as --modes dynamic")]
    [InlineData("", "--modes needs at least one mode besides off, such as --modes dynamic")]
    [InlineData("fixed,Dynamic", "unknown mode 'Dynamic'; write off, fixed, classic, throughput, target, dynamic or all")]
    public void Modes_ThatSayNothing_AreRefused(string text, string why) => Assert.Equal(why, Assert.Throws<UsageException>(() => ComparedMode.ParseList(text)).Message);

    [Theory]
    [InlineData(80, 0.333, 62, "[#######-----------------]  33 %  1:02 left  round 1")]
    [InlineData(30, 0.5, 0.2, "[#####-----]  50 %  0:01 left")]
    [InlineData(20, 1.5, 5, "100 %  0:05 left  r")]
    [InlineData(1, 0, 5, "")]
    public void Progress_FitsTheTerminal(int width, double done, double left, string expected) =>
        Assert.Equal(expected, ProgressLine.Of(width, done, TimeSpan.FromSeconds(left), "round 1"));

    [Fact]
    public void ProcessorTimes_AreOfAllProcessors()
    {
        var before = ProcessorTimes.Parse("cpu  100 0 50 800 50 0 0 10 90 0\ncpu0 1 1 1 1 1 1 1 1\n")!.Value;
        Assert.Equal(new ProcessorTimes(1010, 850, 10), before);
        var after = ProcessorTimes.Parse("cpu  110 0 50 870 60 0 0 20 0 0\n")!.Value;
        Assert.Equal(0.8, after.IdleSince(before), 1e-9);
        Assert.Equal(0.1, after.StolenSince(before), 1e-9);
        Assert.Equal((1, 0), (before.IdleSince(before), before.StolenSince(before)));
        Assert.Null(ProcessorTimes.Parse("cpu 1 2 3\n"));
        Assert.Null(ProcessorTimes.Parse(string.Empty));
    }

    [Fact]
    public void Load_NamesWhatTheHostTook()
    {
        Assert.Equal("idle 97 %, load average 0.42", new MachineLoad(0.97, 0.004, 0.42).ToString());
        Assert.Equal("idle 80 %, 12 % taken by the host, load average 3.00", new MachineLoad(0.8, 0.12, 3).ToString());
        Assert.True(new MachineLoad(0.849, 0, 0).IsBusy);
        Assert.False(new MachineLoad(0.85, 0, 0).IsBusy);
    }
}
