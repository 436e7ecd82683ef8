using System.Text;
using System.Text.RegularExpressions;

namespace MetaStore.Compatibility.Tests.Gateway;

/// <summary>One line of gateway.requests; the head of that file says how it is written.</summary>
/// <param name="Number">Line in the file.</param>
/// <param name="Text">The line.</param>
/// <param name="Method">HTTP method.</param>
/// <param name="Path">Path on the client port.</param>
/// <param name="StreamLines">Lines to read of an answer that does not end; 0 reads to the end.</param>
/// <param name="IsStatusOnly">The body is not compared.</param>
/// <param name="Body">What is sent.</param>
internal sealed partial record GatewayRequest(
    int Number, string Text, string Method, string Path, int StreamLines, bool IsStatusOnly, string Body)
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
        return new GatewayRequest(number, text, match.Groups["method"].Value, match.Groups["path"].Value, lines, match.Groups["status"].Success, body);
    }

    [GeneratedRegex(@"^(?<method>[A-Z]+) (?<path>\S+)( lines=(?<lines>\d+))?(?<status> status)?( (?<body>.*))?$", RegexOptions.ExplicitCapture)]
    private static partial Regex Line();

    [GeneratedRegex("`([^`]*)`")]
    private static partial Regex Word();
}
