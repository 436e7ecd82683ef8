using System.Text.RegularExpressions;

namespace MetaStore.Architecture.Tests.Code;

/// <summary>An event id names one log message of its class: filters and counts by id must not include another message.</summary>
public sealed partial class EventIdTests
{
    [Fact]
    public void EveryMessageOfALog_HasAnIdOfItsOwn()
    {
        var found = Repository.Files("src", "*.cs")
            .Where(path => !path.Contains("/obj/", StringComparison.Ordinal))
            .SelectMany(path => TwiceIn(Repository.Read(path)).Select(id => $"{path}: {id}"));
        Assert.Empty(found);
    }

    [Theory]
    [InlineData("[LoggerMessage(7, LogLevel.Debug, \"a\")] x [LoggerMessage(8, LogLevel.Debug, \"b\")]", 0)]
    [InlineData("[LoggerMessage(7, LogLevel.Debug, \"a\")] x [LoggerMessage(7, LogLevel.Debug, \"b\")]", 1)]
    [InlineData("[LoggerMessage(EventId = 7, Message = \"a\")] x [LoggerMessage(EventId = 7, Message = \"7\")]", 1)]
    [InlineData("[LoggerMessage(EventId = 7, Message = \"a\")] x [LoggerMessage(EventId = 17, Message = \"EventId = 7\")]", 0)]
    public void ARepeatedId_IsFound(string text, int expected) => Assert.Equal(expected, TwiceIn(text).Count());

    private static IEnumerable<string> TwiceIn(string text) =>
        Id().Matches(text).Select(match => match.Groups["id"].Value).GroupBy(id => id).Where(same => same.Count() > 1).Select(same => same.Key);

    [GeneratedRegex(@"LoggerMessage\((EventId = )?(?<id>\d+)")]
    private static partial Regex Id();
}
