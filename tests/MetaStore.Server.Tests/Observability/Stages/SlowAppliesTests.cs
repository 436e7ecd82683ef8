using MetaStore.Server.Observability.Metrics;
using MetaStore.Server.Observability.Stages;
using MetaStore.Server.Tests.Nodes;
using MetaStore.StateMachine.Commands;
using MetaStore.StateMachine.Commands.Codec;
using MetaStore.StateMachine.Commands.Kv;
using Microsoft.Extensions.Logging;

namespace MetaStore.Server.Tests.Observability.Stages;

public sealed class SlowAppliesTests
{
    private static readonly TimeSpan Limit = TimeSpan.FromMilliseconds(100);

    private readonly ListLogger _log = new();
    private readonly SlowApplies _slow;

    public SlowAppliesTests() => _slow = new SlowApplies(_log, Limit);

    [Fact]
    public void IsSlow_AboveTheLimit_NotAtIt()
    {
        Assert.False(_slow.IsSlow(Limit));
        Assert.True(_slow.IsSlow(Limit + TimeSpan.FromTicks(1)));
    }

    [Fact]
    public void Add_IsEtcdsLine_AndIsCounted()
    {
        _slow.Add(TimeSpan.FromSeconds(1), "read-only range ", "key:\"a\"", "range_response_count:0 size:5");
        _slow.Add(TimeSpan.FromSeconds(1), "", "x", "y", "Compacted");
        Assert.Equal(2, _slow.Count);
        Assert.All(_log.Lines, line => Assert.Equal((LogLevel.Warning, 1061, "apply request took too long"), (line.Level, line.Id, line.Message)));
        Dictionary<string, object?> fields = _log.Lines[0].Fields;
        Assert.Equal(
            [("took", TimeSpan.FromSeconds(1)), ("expected-duration", Limit), ("prefix", "read-only range "), ("request", "key:\"a\""), ("response", "range_response_count:0 size:5")],
            fields.Where(field => field.Key != "{OriginalFormat}").Select(field => (field.Key, field.Value!)));
        Assert.Equal("Compacted", _log.Lines[1].Fields["error"]);
    }

    /// <summary>A put has the text of its key in the line, and never its value.</summary>
    [Fact]
    public void SlowCommand_IsShownWithoutItsValue_FastOnesNotAtAll()
    {
        var metrics = new ApplyMetrics(_slow);
        byte[] command = CommandFormat.Encode(new PutCommand { Key = "thekey"u8.ToArray(), Value = "thevalue"u8.ToArray() });
        metrics.OnApplied(command, new CommandResult { Kind = CommandKind.Put }, Limit);
        Assert.Equal(0, _slow.Count);
        metrics.OnApplied(command, new CommandResult { Kind = CommandKind.Put, Error = ErrorCode.NoSpace }, 2 * Limit);
        Dictionary<string, object?> fields = Assert.Single(_log.Lines).Fields;
        Assert.Contains("thekey", (string)fields["request"]!, StringComparison.Ordinal);
        Assert.DoesNotContain("thevalue", string.Join(' ', fields.Values), StringComparison.Ordinal);
        Assert.Equal("NoSpace", fields["error"]);
    }
}
