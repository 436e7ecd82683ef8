using MetaStore.Cli.Words;

namespace MetaStore.Cli.Tests.Words;

/// <summary>Words that System.CommandLine alone would take for something else are keys and values.</summary>
public sealed class CommandWordsTests
{
    [Theory]
    [InlineData("put @file v", "@file|v")]
    [InlineData("put /h /?", "/h|/?")]
    [InlineData("put a:b c=d", "a:b|c=d")]
    [InlineData("put true false", "true|false")]
    [InlineData("put [diagram] v", "[diagram]|v")]
    [InlineData("put k -- --help", "k|--help")]
    [InlineData("put k --lease 7", "k")]
    public void Words_AreKeysAndValues(string words, string expected)
    {
        var parsed = InProcess.Parse(words.Split(' '));
        Assert.Empty(parsed.Errors);
        Assert.Equal(expected, string.Join('|', parsed.Plain()));
    }

    [Theory]
    [InlineData("watch k", "k", null)]
    [InlineData("watch k -- p -x", "k", "p|-x")]
    [InlineData("watch --", "", "")]
    [InlineData("watch -- p -- q", "", "p|--|q")]
    public void Program_IsWhatFollowsTheFirstDashes(string words, string before, string? after)
    {
        var (first, second) = InProcess.Parse(words.Split(' ')).PlainAroundDash();
        Assert.Equal((before, after), (string.Join('|', first), second is null ? null : string.Join('|', second)));
    }

    [Theory]
    [InlineData("lease")]
    [InlineData("lease --debug")]
    [InlineData("lease grant --help 5 6 7")]
    [InlineData("lease grant -h")]
    [InlineData("help lease grant")]
    public async Task Group_WithoutAVerb_IsHelp(string words)
    {
        var (code, output, error) = await InProcess.RunAsync(words.Split(' '));
        Assert.Equal((0, string.Empty), (code, error));
        Assert.Contains(words.Contains("grant", StringComparison.Ordinal) ? "metactl lease grant" : "timetolive", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Help_OfAnUnknownVerb_SaysSo_AndIsTheHelp()
    {
        var (code, output, error) = await InProcess.RunAsync("help", "fly");
        Assert.Equal((0, "Unknown help topic \"fly\"\n"), (code, error));
        Assert.Contains("lease", output, StringComparison.Ordinal);
    }
}
