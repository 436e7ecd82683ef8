using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using MetaStore.Server.Observability.Logging;
using Microsoft.Extensions.Logging;

namespace MetaStore.Server.Tests.Observability.Logging;

/// <summary>Values of any kind become one field of one line; no text can break the line, or keep it from being written.</summary>
public sealed class LogFieldsTests
{
    [Theory]
    [InlineData("reason", "reason")]
    [InlineData("localMemberId", "local-member-id")]
    [InlineData("LocalMemberId", "local-member-id")]
    [InlineData("listenURLs", "listen-u-r-ls")]
    [InlineData("time spent", "time spent")]
    [InlineData("", "")]
    public void NameOf_CapitalsBecomeDashes(string parameter, string expected) => Assert.Equal(expected, LogFields.NameOf(parameter));

    public static TheoryData<string, object?, string> Values => new()
    {
        { "memberId", 0xabcUL, "\"member-id\":\"abc\"" },
        { "member", 0xabcUL, "\"member\":2748" },
        { "member", ulong.MaxValue, "\"member\":18446744073709551615" },
        { "memberId", 7L, "\"member-id\":7" },
        { "count", long.MinValue, "\"count\":-9223372036854775808" },
        { "on", true, "\"on\":true" },
        { "share", 0.25, "\"share\":0.25" },
        { "share", double.NaN, "\"share\":\"NaN\"" },
        { "share", double.PositiveInfinity, "\"share\":\"Infinity\"" },
        { "took", TimeSpan.FromMilliseconds(1500), "\"took\":\"1s500ms\"" },
        { "text", null, "\"text\":\"\"" },
        { "text", "a\"b\\\n\u0001", "\"text\":\"a\\\"b\\\\\\n\\u0001\"" },
        { "urls", new[] { "http://a", "b\"" }, "\"urls\":[\"http://a\",\"b\\\"\"]" },
        { "numbers", new List<int> { 1, 2 }, "\"numbers\":[\"1\",\"2\"]" },
        { "none", Array.Empty<string>(), "\"none\":[]" },
        { "level", LogLevel.Warning, "\"level\":\"Warning\"" },
        { "text", "x\ud83d", "\"text\":\"x\ufffd\"" },
        { "text", "\ude00x", "\"text\":\"\ufffdx\"" },
        { "text", "\ud83d\ude00", "\"text\":\"\ud83d\ude00\"" },
        { "urls", new[] { "\ud83d" }, "\"urls\":[\"\ufffd\"]" },
    };

    [Theory]
    [MemberData(nameof(Values))]
    public void Write_EachKind_IsOneFieldThatReadsBack(string name, object? value, string expected)
    {
        string written = Written(json => LogFields.Write(json, name, value));
        Assert.Equal(Normal($"{{{expected}}}"), Normal(written));
    }

    [Fact]
    public void Exception_HasItsMessageAndStack_AlsoOfHalvesOfCharacters()
    {
        var line = new LogLine(DateTime.UnixEpoch, LogLevel.Error, "a:1", "m", [new("index", 5)], new InvalidOperationException("cut \ud83d"));
        JsonElement fields = JsonDocument.Parse(Written(json => LogFields.Write(json, line))).RootElement;
        Assert.Equal((5, "cut \ufffd"), (fields.GetProperty("index").GetInt32(), fields.GetProperty("error").GetString()));
        Assert.StartsWith("System.InvalidOperationException: cut \ufffd", fields.GetProperty("stacktrace").GetString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("json")]
    [InlineData("console")]
    public void Message_WithHalfOfACharacterOrLineBreaks_IsStillOneLine(string format)
    {
        var line = new LogLine(DateTime.UnixEpoch, LogLevel.Critical, "a:1", "one\r\ntwo\n\ud83d", [], null);
        string text = Encoding.UTF8.GetString(LogFormats.Named(format)(line));
        Assert.Equal(text.Length - 1, text.IndexOf('\n', StringComparison.Ordinal));
        Assert.Contains("1970-01-01T00:00:00.000000Z", text, StringComparison.Ordinal);
        Assert.Contains("error", text, StringComparison.Ordinal);
        Assert.Contains("\ufffd", text, StringComparison.Ordinal);
    }

    private static string Normal(string json) => JsonSerializer.Serialize(JsonDocument.Parse(json).RootElement);

    private static string Written(Action<Utf8JsonWriter> write)
    {
        using var text = new MemoryStream();
        using (var json = new Utf8JsonWriter(text, new JsonWriterOptions { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping }))
        {
            json.WriteStartObject();
            write(json);
            json.WriteEndObject();
        }

        return Encoding.UTF8.GetString(text.ToArray());
    }
}
