using System.Text;
using MetaStore.Cli.CommandLine;
using MetaStore.Cli.Words;

namespace MetaStore.Cli.Tests.Words;

/// <summary>The words of a line, and Go's escapes in them. The expected values were observed with etcdctl 3.4.23.</summary>
public sealed class ScriptLineTests
{
    [Theory]
    [InlineData("put k \"value \\x23\"", "put|k|value #")]
    [InlineData("\"\\a\\b\\f\\n\\r\\t\\v\\\\\\\"\\101\\u00e9\\U0001F600\"", "\a\b\f\n\r\t\v\\\"A\u00e9\U0001F600")]
    [InlineData("'single \\x23'", "single \\x23")]
    [InlineData("bare\\x23", "bare\\x23")]
    [InlineData("`back tick`", "`back|tick`")]
    [InlineData("a\"b\"c", "a\"b\"c")]
    [InlineData("a\"b c\"d e", "a\"b|c\"d|e")]
    [InlineData("\"a\"\"b\"", "a|b")]
    [InlineData("\"open", "open")]
    [InlineData("'open", "open")]
    [InlineData("\"a\\\"", "a\\\"")]
    [InlineData("\"\" ''", "|")]
    [InlineData("  a \t b\r", "a|b")]
    [InlineData("", null)]
    public void Split_IsEtcdctls(string line, string? words) =>
        Assert.Equal(words?.Split('|') ?? [], ScriptLine.Split(Encoding.UTF8.GetBytes(line)));

    [Theory]
    [InlineData("\"bad \\q\"")]
    [InlineData("\"\\xZZ\"")]
    [InlineData("\"\\x2\"")]
    [InlineData("\"\\ud800\"")]
    [InlineData("\"\\U00110000\"")]
    [InlineData("\"\\UFFFFFFFF\"")]
    [InlineData("\"\\400\"")]
    [InlineData("\"\\18 \"")]
    [InlineData("\"\\'\"")]
    public void Split_EscapeWithoutSense_IsRefused(string line) => Assert.Throws<InputException>(() => ScriptLine.Split(Encoding.UTF8.GetBytes(line)));

    [Theory]
    [InlineData("fffe", "fffe")]
    [InlineData("225c7866665c33373722", "ffff")] // "\xff\377"
    [InlineData("22fffe22", "efbfbdefbfbd")] // raw bytes in quotes are characters that are none
    [InlineData("22e28222", "efbfbdefbfbd")] // and each byte of a cut one is
    [InlineData("27ff27", "ff")]
    [InlineData("6100c3a9", "6100c3a9")]
    public void Split_AnyBytes_ArriveAsEtcdctlSendsThem(string line, string word) =>
        Assert.Equal(word, Convert.ToHexStringLower(ByteWords.BytesOf(Assert.Single(ScriptLine.Split(Convert.FromHexString(line)))).Span));

    [Fact]
    public void Bytes_OfEveryKind_ComeBackFromAString()
    {
        var random = new Random(7);
        for (var round = 0; round < 2000; round++)
        {
            var bytes = new byte[random.Next(12)];
            random.NextBytes(bytes);
            Assert.Equal(bytes, ByteWords.BytesOf(ByteWords.Of(bytes)).ToByteArray());
        }
    }

    [Theory]
    [InlineData("\u00a0 \u2003a b\u0085\v", "a b")]
    [InlineData(" \r", "")]
    public void Trim_TakesAllWhiteSpace(string line, string rest) => Assert.Equal(rest, Encoding.UTF8.GetString(ScriptLine.Trim(Encoding.UTF8.GetBytes(line))));
}
