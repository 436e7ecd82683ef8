using MetaStore.Cli.Comparing.Running;

namespace MetaStore.Cli.Tests.Comparing;

public sealed class PutTallyTests
{
    private readonly PutTally _tally = new();

    [Fact]
    public void Puts_OutsideOfAMeasurement_CountInTotalOnly()
    {
        _tally.Succeed(TimeSpan.FromMilliseconds(1));
        _tally.Fail("early");
        _tally.Begin();
        _tally.Succeed(TimeSpan.FromMilliseconds(5));
        _tally.Fail("late");
        var (_, latencies, failures) = _tally.End();
        _tally.Fail("after");
        Assert.Equal((2, 1), (_tally.Ended, latencies.Count));
        Assert.Equal(5000, latencies.Percentile(1), 50.0);
        Assert.Equal(new KeyValuePair<string, long>("late", 1), Assert.Single(failures));
        Assert.Throws<InvalidOperationException>(() => _tally.End());
    }

    [Fact]
    public void Failures_OfManyTexts_AreCountedTogether_FromTheTwentyFirst()
    {
        _tally.Begin();
        foreach (var text in Enumerable.Range(0, 30).Append(0).Append(29))
        {
            _tally.Fail($"text {text}");
        }

        var failures = _tally.End().Failures;
        Assert.Equal(21, failures.Count);
        Assert.Equal((2, 1, 11), (failures["text 0"], failures["text 19"], failures["other failures"]));
    }

    [Fact]
    public void Requests_OfACaller_GoThroughAllKeys_AndHaveOneValue()
    {
        var requests = new PutRequests("p/", valueBytes: 16, seed: 7);
        var keys = Enumerable.Range(0, 4096).Select(turn => requests.Of(caller: 5, turn).Key).ToHashSet();
        Assert.Equal(4096, keys.Count);
        Assert.Equal("p/0005", requests.Of(5, 0).Key.ToStringUtf8());
        Assert.Same(requests.Of(5, 0), requests.Of(5, 4096));
        Assert.Equal(new PutRequests("p/", 16, 7).Of(0, 0).Value, requests.Of(9, 123).Value);
        Assert.NotNull(requests.Of(int.MaxValue, int.MaxValue).Key);
    }
}
