using System.Text;
using System.Text.RegularExpressions;

namespace MetaStore.Compatibility.Tests.Gateway;

/// <summary>One line of gateway.requests; the header of that file describes the syntax.</summary>
/// <param name="Number">Line in the file.</param>
/// <param name="Text">The line.</param>
/// <param name="Method">HTTP method.</param>
/// <param name="Path">Path on the client port.</param>
/// <param name="StreamLines">Number of lines to read from an endless response; 0 reads to the end.</param>
/// <param name="IsStatusOnly">The body is not compared.</param>
/// <param name="Header">Name and value of an extra request header; empty without one.</param>
/// <param name="Body">The request body.</param>
internal sealed partial record GatewayRequest(
    int Number, string Text, string Method, string Path, int StreamLines, bool IsStatusOnly, (string Name, string Value) Header, byte[] Body)
{
    internal static IReadOnlyList<GatewayRequest> Read(string path) =>
    [
        .. File.ReadLines(path).Select((text, i) => (Text: text, Number: i + 1))
            .Where(line => line.Text.Length > 0 && !line.Text.StartsWith('#'))
            .Select(line => Parse(line.Number, line.Text)),
    ];

    private static GatewayRequest Parse(int number, string text)
    {
        var match = Line().Match(text);
        var lines = match.Groups["lines"].Success ? int.Parse(match.Groups["lines"].ValueSpan) : 0;
        var body = Word().Replace(match.Groups["body"].Value, word => $"\"{Convert.ToBase64String(Encoding.UTF8.GetBytes(word.Groups[1].Value))}\"");
        return new GatewayRequest(
            number, text, match.Groups["method"].Value, match.Groups["path"].Value, lines, match.Groups["status"].Success,
            (match.Groups["name"].Value, match.Groups["value"].Value), Bytes(body));
    }

    private static byte[] Bytes(string body)
    {
        var bytes = new List<byte>();
        var at = 0;
        foreach (Match escape in Escape().Matches(body))
        {
            bytes.AddRange(Encoding.UTF8.GetBytes(body[at..escape.Index]));
            bytes.Add(Convert.ToByte(escape.Groups[1].Value, 16));
            at = escape.Index + escape.Length;
        }

        bytes.AddRange(Encoding.UTF8.GetBytes(body[at..]));
        return [.. bytes];
    }

    [GeneratedRegex(@"^(?<method>[A-Z]+) (?<path>\S+)( lines=(?<lines>\d+))?(?<status> status)?( head:(?<name>[^=]+)=(?<value>\S+))?( (?<body>.*))?$", RegexOptions.ExplicitCapture)]
    private static partial Regex Line();

    [GeneratedRegex(@"\\x([0-9a-f]{2})")]
    private static partial Regex Escape();

    [GeneratedRegex("`([^`]*)`")]
    private static partial Regex Word();
}
