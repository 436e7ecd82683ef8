using Google.Protobuf;
using Grpc.Core;
using MetaStore.Protocol.Etcd;
using MetaStore.Server.Calls;
using MetaStore.Server.Services.Slow;
using MetaStore.Testing;
using Microsoft.Extensions.Logging;

namespace MetaStore.Server.Tests.Services;

/// <summary>Counts and bytes of the "request stats" line, as etcd counts them for each kind of request.</summary>
public sealed class SlowRequestSizesTests : ILogger
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(1);
    private static readonly ByteString Key = ByteString.CopyFromUtf8("key");

    private Dictionary<string, object?> _fields = [];

    public static TheoryData<string, IMessage, IMessage?, object[]> Rows
    {
        get
        {
            var put = new PutRequest { Key = Key, Value = ByteString.CopyFromUtf8("v") };
            var range = new RangeRequest { Key = Key };
            var delete = new DeleteRangeRequest { Key = Key };
            var one = new RequestOp { RequestPut = put };
            var txn = new TxnRequest { Success = { one, one }, Failure = { one } };
            var done = new TxnResponse { Succeeded = true };
            var other = new RangeResponse { Count = 9 };
            return new TheoryData<string, IMessage, IMessage?, object[]>
            {
                { "a put", put, new PutResponse(), [1L, put.CalculateSize(), 0L, 0] },
                { "a range", range, other, [0L, range.CalculateSize(), 9L, other.CalculateSize()] },
                { "a range that failed", range, null, [0L, range.CalculateSize(), 0L, 0] },
                { "a delete", delete, new DeleteRangeResponse { Deleted = 4 }, [0L, delete.CalculateSize(), 4L, 2] },
                { "a delete that failed", delete, null, [0L, delete.CalculateSize(), 0L, 0] },
                { "the taken branch", txn, done, [2L, 2 * one.CalculateSize(), 0L, done.CalculateSize()] },
                { "the other branch", txn, new TxnResponse(), [1L, one.CalculateSize(), 0L, 0] },
                { "a transaction that failed", txn, null, [0L, txn.CalculateSize(), 0L, 0] },
                { "anything else", new StatusRequest(), new StatusResponse(), [-1L, -1, -1L, -1] },
            };
        }
    }

    [Theory]
    [MemberData(nameof(Rows))]
    public void Sizes_AreEtcds(string kind, IMessage request, IMessage? response, object[] expected)
    {
        Look(request, response, Status.DefaultSuccess);
        Assert.True(expected.SequenceEqual(new[] { _fields["request count"], _fields["request size"], _fields["response count"], _fields["response size"] }!), kind);
        Assert.False(_fields.ContainsKey("error"));
    }

    [Fact]
    public void Failure_IsNamedByItsText()
    {
        Look(new PutRequest { Key = Key }, null, new Status(StatusCode.Unavailable, "etcdserver: request timed out"));
        Assert.Equal("etcdserver: request timed out", _fields["error"]);
    }

    bool ILogger.IsEnabled(LogLevel logLevel) => logLevel >= LogLevel.Information;

    IDisposable? ILogger.BeginScope<TState>(TState state) => null;

    void ILogger.Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
        _fields = ((IEnumerable<KeyValuePair<string, object?>>)state!).ToDictionary(field => field.Key, field => field.Value);

    private void Look(IMessage request, IMessage? response, in Status status) =>
        new SlowRequests(this, Limit, new FakeTimeProvider()).Look(new LocalCallContext("/test").Call, request, response, status, 2 * Limit);
}
