using MetaStore.LoadGen.Cli;
using MetaStore.LoadGen.Load;

namespace MetaStore.LoadGen.Tests.Cli;

public sealed class OptionParserTests
{
    [Fact]
    public void Parse_BothForms_AreUnderstood()
    {
        LoadOptions options = OptionParser.Parse(
            ["put", "--endpoints", "a:1,b:2", "--inflight=7", "--duration", "1.5", "--value-size", "1024", "-o", "json", "--timeline", "--target=leader"]);
        Assert.Equal(["a:1", "b:2"], options.Endpoints);
        Assert.Equal((7, TimeSpan.FromSeconds(1.5), 1024), (options.Inflight, options.Duration, options.ValueBytes));
        Assert.True(options.Json && options.Timeline && options.LeaderOnly);
        Assert.Equal(WorkloadKind.Put, options.Workload);
    }

    [Fact]
    public void Parse_OpenLoop_AllowsManyInFlightByDefault()
    {
        Assert.Equal(10_000, OptionParser.Parse(["put", "--rate", "500"]).Inflight);
        Assert.Equal(3, OptionParser.Parse(["put", "--rate", "500", "--inflight", "3"]).Inflight);
    }

    [Theory]
    [InlineData("")]
    [InlineData("delete")]
    [InlineData("put --nonsense 1")]
    [InlineData("put --inflight")]
    [InlineData("put --inflight 0")]
    [InlineData("put --output xml")]
    public void Parse_Wrong_IsRefused(string line) =>
        Assert.Throws<UsageException>(() => OptionParser.Parse(line.Split(' ', StringSplitOptions.RemoveEmptyEntries)));
}
