using System.Text.RegularExpressions;

namespace MetaStore.Architecture.Tests.Code;

/// <summary>Each type of the stages of a write, of forwarding, leases and quota is named by a test or by the simulator.</summary>
public sealed partial class NamedByTestsTests
{
    [Theory]
    [InlineData("Proposals")]
    [InlineData("Apply")]
    [InlineData("Reads")]
    [InlineData("Forwarding")]
    [InlineData("Leases")]
    [InlineData("Quota")]
    public void EveryType_IsNamedByATest(string folder)
    {
        string[] types =
        [
            .. Repository.Files($"src/MetaStore.Server/{folder}", "*.cs").SelectMany(path => Declared().Matches(Repository.Read(path)).Select(match => match.Groups["name"].Value)),
        ];
        Assert.NotEmpty(types);
        var words = new HashSet<string>(StringComparer.Ordinal);
        foreach (string path in Repository.Files("tests", "*.cs").Where(path => !path.Contains("/obj/", StringComparison.Ordinal) && !path.Contains("Architecture.Tests", StringComparison.Ordinal)))
        {
            words.UnionWith(Word().Matches(Comment().Replace(Repository.Read(path), "")).Select(match => match.Value));
        }

        string[] unnamed = [.. types.Where(type => !words.Contains(type))];
        Assert.Empty(unnamed);
    }

    [GeneratedRegex(@"^(public|internal) [a-z ]*(class|struct|interface|enum|record) (?<name>\w+)", RegexOptions.Multiline | RegexOptions.ExplicitCapture)]
    private static partial Regex Declared();

    [GeneratedRegex(@"//.*")]
    private static partial Regex Comment();

    [GeneratedRegex(@"\b[A-Z]\w+\b")]
    private static partial Regex Word();
}
