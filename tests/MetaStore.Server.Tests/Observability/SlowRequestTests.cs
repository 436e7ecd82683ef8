using Google.Protobuf;
using Grpc.Core;
using MetaStore.Protocol.Etcd;
using MetaStore.Server.Calls;
using MetaStore.Server.Observability.Logging;
using MetaStore.Server.Observability.Stages;
using MetaStore.Server.Services.Slow;
using MetaStore.Testing;
using Microsoft.Extensions.Logging;

namespace MetaStore.Server.Tests.Observability;

/// <summary>The log entry for a slow request: sizes and the cause, never a value.</summary>
public sealed class SlowRequestTests
{
    private static readonly TimeSpan Limit = TimeSpan.FromMilliseconds(300);

    [Fact]
    public void Put_Slow_IsLoggedWithSizesAndStages_WithoutItsValue()
    {
        var log = new ListLogger(LogLevel.Information);
        ServerCall call = new LocalCallContext("/etcdserverpb.KV/Put").Call;
        call.Stages = new RequestStages([("queue", TimeSpan.FromMilliseconds(1)), ("wal", TimeSpan.FromMilliseconds(350))]);
        var put = new PutRequest { Key = ByteString.CopyFromUtf8("a\"k\0"), Value = ByteString.CopyFromUtf8("secret"), Lease = 7 };
        new SlowRequests(log, Limit, new FakeTimeProvider()).Look(call, put, new PutResponse(), Status.DefaultSuccess, TimeSpan.FromMilliseconds(351));

        (LogLevel level, string message, var fields) = Assert.Single(log.Lines);
        Assert.Equal((LogLevel.Warning, "request stats"), (level, message));
        Assert.Equal("2025-12-31T23:59:59.649000Z", fields["start time"]);
        Assert.Equal(TimeSpan.FromMilliseconds(351), fields["time spent"]);
        Assert.Equal("/etcdserverpb.KV/Put", fields["response type"]);
        Assert.Equal((1L, put.CalculateSize()), ((long)fields["request count"]!, (int)fields["request size"]!));
        Assert.Equal("key:\"a\\\"k\\000\" value_size:6 lease:7", fields["request content"]);
        Assert.Equal(TimeSpan.FromMilliseconds(350), fields["wal"]);
        Assert.Equal((TimeSpan.Zero, "wal: the sync of the log on this member's disk"), ((TimeSpan)fields["other"]!, (string)fields["cause"]!));
    }

    [Theory]
    [InlineData("queue", "waiting for admission")]
    [InlineData("batch", "waiting in the batcher")]
    [InlineData("replicate", "the disks of a majority of members, or the network to them")]
    [InlineData("apply", "applying what was committed before it")]
    [InlineData("answer", "wait for a processor")]
    [InlineData("read_index", "the confirmation of the leader")]
    [InlineData("read", "reading the state")]
    [InlineData("unanswered", "no result from a majority")]
    [InlineData(null, "outside of the stages")]
    public void Cause_IsTheStageThatTookLongest_OrTheTimeOutsideOfThem(string? longest, string cause)
    {
        RequestStages? stages = longest is null ? null : new RequestStages([("wal", TimeSpan.FromMilliseconds(90)), (longest, TimeSpan.FromMilliseconds(200))]);
        string text = SlowCause.Of(stages, TimeSpan.FromMilliseconds(400));
        Assert.StartsWith($"{longest ?? "other"}: ", text, StringComparison.Ordinal);
        Assert.Contains(cause, text, StringComparison.Ordinal);
    }

    [Fact]
    public void Stages_OfAWriteWithoutAResult_SayWhereItWaited()
    {
        long tick = System.Diagnostics.Stopwatch.Frequency / 1000;
        Assert.Equal([("queue", 2000)], Shown(RequestStages.OfFailedWrite(10 * tick, 0, 2010 * tick)));
        Assert.Equal([("queue", 5), ("unanswered", 7000)], Shown(RequestStages.OfFailedWrite(10 * tick, 15 * tick, 7015 * tick)));

        static IEnumerable<(string, int)> Shown(RequestStages stages) => stages.Stages.Select(stage => (stage.Name, (int)stage.Took.TotalMilliseconds));
    }

    [Theory]
    [InlineData(300, LogLevel.Information, 0)]
    [InlineData(301, LogLevel.Information, 1)]
    [InlineData(1, LogLevel.Debug, 1)]
    public void OnlySlowOnes_AreLogged_UnlessAllAreAskedFor(int milliseconds, LogLevel least, int expected)
    {
        var log = new ListLogger(least);
        new SlowRequests(log, Limit, new FakeTimeProvider()).Look(
            new LocalCallContext("/etcdserverpb.KV/Range").Call, new RangeRequest(), new RangeResponse { Count = 5 }, Status.DefaultSuccess, TimeSpan.FromMilliseconds(milliseconds));
        Assert.Equal(expected, log.Lines.Count);
        Assert.All(log.Lines, line => Assert.Equal((least == LogLevel.Debug ? LogLevel.Debug : LogLevel.Warning, (object)5L), (line.Level, line.Fields["response count"]!)));
    }

    [Fact]
    public void Txn_ShowsSizesInPlaceOfValues_AlsoInsideOfTransactions()
    {
        var put = new RequestOp { RequestPut = new PutRequest { Key = ByteString.CopyFromUtf8("k"), Value = ByteString.CopyFromUtf8("secret") } };
        var txn = new TxnRequest
        {
            Compare = { new Compare { Key = ByteString.CopyFromUtf8("k"), Target = Compare.Types.CompareTarget.Value, Value = ByteString.CopyFromUtf8("secret") } },
            Success = { put, new RequestOp { RequestTxn = new TxnRequest { Failure = { put } } } },
        };
        string text = RequestText.Of(txn);
        Assert.DoesNotContain("secret", text, StringComparison.Ordinal);
        Assert.Equal(
            "compare:<target:VALUE key:\"k\" value_size:6> success:<request_put:<key:\"k\" value_size:6>> "
            + "success:<request_txn:<failure:<request_put:<key:\"k\" value_size:6>>>>",
            text);
    }

    [Fact]
    public void Text_OfALargeRequest_IsBounded()
    {
        var txn = new TxnRequest();
        for (int i = 0; i < 100_000; i++)
        {
            txn.Success.Add(new RequestOp { RequestDeleteRange = new DeleteRangeRequest { Key = ByteString.CopyFrom(new byte[300]) } });
        }

        Assert.InRange(RequestText.Of(txn).Length, 1000, 5000);
    }

    [Fact]
    public void Stages_OfAWrite_AddUp()
    {
        long tick = System.Diagnostics.Stopwatch.Frequency / 1000;
        ProposalTimes times = new(9, 30 * tick, 70 * tick, 75 * tick);
        RequestStages stages = RequestStages.OfWrite(WriteStages.Of(times, 50 * tick, 10 * tick, 15 * tick, 100 * tick));
        Assert.Equal(
            [("queue", 5), ("batch", 15), ("wal", 20), ("replicate", 20), ("apply", 5), ("answer", 25)],
            stages.Stages.Select(stage => (stage.Name, (int)stage.Took.TotalMilliseconds)));

        // A forwarded write: the timing of this member's disk is not known.
        stages = RequestStages.OfWrite(WriteStages.Of(times, 0, 10 * tick, 15 * tick, 100 * tick));
        Assert.Equal([5, 15, 0, 40, 5, 25], stages.Stages.Select(stage => (int)stage.Took.TotalMilliseconds));
    }

    private sealed class ListLogger(LogLevel least) : ILogger
    {
        public List<(LogLevel Level, string Message, Dictionary<string, object?> Fields)> Lines { get; } = [];

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => logLevel >= least;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
            Lines.Add((logLevel, formatter(state, exception), ((IEnumerable<KeyValuePair<string, object?>>)state!).ToDictionary(pair => pair.Key, pair => pair.Value)));
    }
}
