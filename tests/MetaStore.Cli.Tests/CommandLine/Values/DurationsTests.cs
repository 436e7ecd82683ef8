using MetaStore.Cli.CommandLine;
using MetaStore.Cli.CommandLine.Values;
using MetaStore.Client;

namespace MetaStore.Cli.Tests.CommandLine.Values;

public sealed class DurationsTests
{
    [Theory]
    [InlineData("500ms", 500)]
    [InlineData("5s", 5000)]
    [InlineData("1.5s", 1500)]
    [InlineData("2m", 120_000)]
    [InlineData("1h", 3_600_000)]
    [InlineData("1h5m2.5s", 3_902_500)]
    [InlineData("+.5s", 500)]
    [InlineData("-2s", -2000)]
    [InlineData("1us", 0.001)]
    [InlineData("1\u00b5s", 0.001)]
    [InlineData("0", 0)]
    public void Parse_ReadsGoDurations(string text, double milliseconds) => Assert.Equal(milliseconds, Durations.Parse(text).TotalMilliseconds);

    [Theory]
    [InlineData("")]
    [InlineData("7")]
    [InlineData("s")]
    [InlineData(".s")]
    [InlineData("1.2.3s")]
    [InlineData("-")]
    [InlineData("1e3s")]
    [InlineData("5 apples")]
    [InlineData("99999999999999h")]
    public void Parse_AnythingElse_IsRefused(string text) => Assert.Contains("duration", Assert.Throws<UsageException>(() => Durations.Parse(text)).Message);

    [Theory]
    [InlineData("127.0.0.1:2379", "http://127.0.0.1:2379/")]
    [InlineData("http://localhost:80", "http://localhost/")]
    [InlineData("node1", "http://node1:2379/")]
    [InlineData("[::1]:2379", "http://[::1]:2379/")]
    public void EndpointAddress_ReadsWhatPeopleWrite(string text, string uri) => Assert.Equal(uri, EndpointAddress.Parse(text).ToString());

    [Fact]
    public void EndpointAddress_Garbage_NamesTheText() => Assert.Contains("http://", Assert.Throws<FormatException>(() => EndpointAddress.Parse("http://")).Message);
}
