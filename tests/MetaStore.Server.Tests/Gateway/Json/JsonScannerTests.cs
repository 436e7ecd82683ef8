using System.Text;
using System.Text.Json;
using MetaStore.Server.Gateway.Json;

namespace MetaStore.Server.Tests.Gateway.Json;

public sealed class JsonScannerTests
{
    /// <summary>The errors of etcd 3.4.23's gateway.</summary>
    [Theory]
    [InlineData("{\"a\":tru}", "invalid character '}' in literal true (expecting 'e')")]
    [InlineData("{\"a\":1,}", "invalid character '}' looking for beginning of object key string")]
    [InlineData("{a:1}", "invalid character 'a' looking for beginning of object key string")]
    [InlineData("{\"a\" 1}", "invalid character '1' after object key")]
    [InlineData("{\"a\":1 \"b\"}", "invalid character '\"' after object key:value pair")]
    [InlineData("{\"a\":[1 2]}", "invalid character '2' after array element")]
    [InlineData("{\"a\":[1}", "invalid character '}' after array element")]
    [InlineData("{\"a\":01}", "invalid character '1' after object key:value pair")]
    [InlineData("{\"a\":-}", "invalid character '}' in numeric literal")]
    [InlineData("{\"a\":1.}", "invalid character '}' after decimal point in numeric literal")]
    [InlineData("{\"a\":1e}", "invalid character '}' in exponent of numeric literal")]
    [InlineData("{\"a\":\"\\x\"}", "invalid character 'x' in string escape code")]
    [InlineData("{\"a\":\"\\u12x4\"}", "invalid character 'x' in \\u hexadecimal character escape")]
    [InlineData("{\"a\":\"\u0001\"}", "invalid character '\\x01' in string literal")]
    [InlineData("\uFEFF{}", "invalid character 'ï' looking for beginning of value")]
    [InlineData("}", "invalid character '}' looking for beginning of value")]
    [InlineData("\"x\"y", "invalid character 'y' after top-level value")]
    public void Push_ByteThatCannotBe_IsNamedInGosWords(string text, string error)
    {
        var (step, _, scanner) = Scan(Encoding.UTF8.GetBytes(text));
        Assert.Equal((JsonScanner.Step.Wrong, error), (step, scanner.Error));
    }

    [Fact]
    public void Push_DepthOfEtcd_IsTaken_OneMoreIsNot()
    {
        Assert.Equal(JsonScanner.Step.Last, Scan(Nested(JsonScanner.MaxDepth)).Step);
        var (step, _, scanner) = Scan(Nested(JsonScanner.MaxDepth + 1));
        Assert.Equal((JsonScanner.Step.Wrong, "invalid character '[' exceeded max depth"), (step, scanner.Error));
    }

    /// <summary>The parser relies on the scanner: both must accept the same input.</summary>
    [Fact]
    public void Property_ItAgreesWithTheParserThatReadsTheValue()
    {
        var random = new Random(4);
        var pieces = new[] { "{", "}", "[", "]", ",", ":", "\"", "\\", "\\u00e9", "1", "0", "-", ".", "e", "+", "true", "null", "fals", "\"a\"", " ", "\n", "é", "\u0002" };
        var whole = 0;
        for (var i = 0; i < 200_000; i++)
        {
            var text = string.Concat(Enumerable.Range(0, random.Next(1, 9)).Select(_ => pieces[random.Next(pieces.Length)]));
            var bytes = Encoding.UTF8.GetBytes(text);
            var (step, count, scanner) = Scan(bytes);
            var end = step == JsonScanner.Step.Last ? count + 1 : count;
            var isValue = step is JsonScanner.Step.Last or JsonScanner.Step.After || (step == JsonScanner.Step.More && scanner.IsWhole);
            if (isValue)
            {
                whole++;
                Assert.True(Parses(bytes.AsMemory(0, end)), text);
            }
            else
            {
                Assert.False(Parses(bytes), text);
            }
        }

        Assert.True(whole > 1000, $"{whole} values");
    }

    private static byte[] Nested(int depth) => [.. Enumerable.Repeat((byte)'[', depth), .. Enumerable.Repeat((byte)']', depth)];

    private static (JsonScanner.Step Step, int Count, JsonScanner Scanner) Scan(byte[] text)
    {
        var scanner = new JsonScanner();
        var step = scanner.Push(text, out var count);
        return (step, count, scanner);
    }

    private static bool Parses(ReadOnlyMemory<byte> text)
    {
        try
        {
            JsonDocument.Parse(text).Dispose();
            return true;
        }
        catch (JsonException)
        {
            return false;
        }
    }
}
