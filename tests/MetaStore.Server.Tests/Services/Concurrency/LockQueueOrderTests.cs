using Google.Protobuf;
using Grpc.Core;
using MetaStore.Protocol.Etcd;
using MetaStore.Protocol.Mvcc;
using MetaStore.Server.Observability.Logging;
using MetaStore.Server.Services.Concurrency;
using Microsoft.Extensions.Logging.Abstractions;

namespace MetaStore.Server.Tests.Services.Concurrency;

/// <summary>A caller waits for the key right before its own, then looks again; what it owns at the end is the key that it made.</summary>
public sealed class LockQueueOrderTests : IQueueStore
{
    private static readonly ByteString Name = ByteString.CopyFromUtf8("L");

    private readonly SortedDictionary<long, string> _keys = new() { [3] = "L/a", [5] = "L/b" };
    private readonly List<string> _steps = [];
    private long _revision = 9;
    private bool _isKnown;
    private Action<string> _onWait = _ => { };

    [Fact]
    public async Task Caller_WaitsForTheKeysBeforeIt_NewestFirst()
    {
        LockTicket place = await EnterAsync();
        Assert.Equal(["enter", "wait for L/b from 9", "wait for L/a from 9", "read L/2"], _steps);
        Assert.Equal(("L/2", 9L, 9L), (place.Key.ToStringUtf8(), place.CreateRevision, place.Header.Revision));
        Assert.Null(place.Known);
    }

    [Fact]
    public async Task KeyThatCameLater_IsNotWaitedFor()
    {
        _onWait = _ => _keys[20] = "L/z";
        await EnterAsync();
        Assert.DoesNotContain(_steps, step => step.Contains("L/z", StringComparison.Ordinal));
    }

    [Fact]
    public async Task FreeQueue_IsEnteredWithoutAWait()
    {
        _keys.Clear();
        LockTicket place = await EnterAsync();
        Assert.Equal(["enter"], _steps);
        Assert.Equal((9L, 9L), (place.CreateRevision, place.Header.Revision));
    }

    [Fact]
    public async Task LeaseThatIsFirstAlready_HasItsKeyAgain_WithItsValue()
    {
        _keys.Clear();
        _keys[4] = "L/2";
        _isKnown = true;
        LockTicket place = await EnterAsync();
        Assert.Equal((4L, "value of L/2"), (place.CreateRevision, place.Known!.Value.ToStringUtf8()));
        Assert.Equal(["enter"], _steps);
    }

    /// <summary>The lease ran out during the wait, and perhaps another key took the name: that one is not the caller's.</summary>
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task KeyThatIsGoneAfterTheWait_IsNoLock(bool isReplaced)
    {
        _onWait = key =>
        {
            if (key == "L/a")
            {
                _keys.Remove(9);
                if (isReplaced)
                {
                    _keys[30] = "L/2";
                }
            }
        };
        RpcException expired = await Assert.ThrowsAsync<RpcException>(EnterAsync);
        Assert.Equal((StatusCode.Unknown, "mutex: session is expired"), (expired.StatusCode, expired.Status.Detail));
        Assert.Equal("delete L/2", _steps[^1]);
    }

    ValueTask<TxnResponse> IQueueStore.TxnAsync(TxnRequest request, CancellationToken stop)
    {
        _steps.Add("enter");
        Assert.Equal((1, 0L), (request.Compare.Count, request.Compare[0].CreateRevision));
        if (!_isKnown)
        {
            _keys[_revision] = request.Success[0].RequestPut.Key.ToStringUtf8();
        }

        var response = new TxnResponse { Succeeded = !_isKnown, Header = new ResponseHeader { Revision = _revision } };
        response.Responses.Add(_isKnown
            ? new ResponseOp { ResponseRange = Of(_keys.Where(pair => pair.Value == "L/2")) }
            : new ResponseOp { ResponsePut = new PutResponse() });
        response.Responses.Add(new ResponseOp { ResponseRange = Of(_keys.Take(1)) });
        return new(response);
    }

    ValueTask<RangeResponse> IQueueStore.RangeAsync(RangeRequest request, CancellationToken stop)
    {
        if (request.RangeEnd.IsEmpty)
        {
            _steps.Add($"read {request.Key.ToStringUtf8()}");
            return new(Of(_keys.Where(pair => pair.Value == request.Key.ToStringUtf8())));
        }

        Assert.Equal((1L, "L/", "L0"), (request.Limit, request.Key.ToStringUtf8(), request.RangeEnd.ToStringUtf8()));
        return new(Of(_keys.Where(pair => pair.Key <= request.MaxCreateRevision).Reverse().Take(1)));
    }

    ValueTask<DeleteRangeResponse> IQueueStore.DeleteAsync(ByteString key, CancellationToken stop)
    {
        _steps.Add($"delete {key.ToStringUtf8()}");
        return new(new DeleteRangeResponse());
    }

    Task IQueueStore.DeletedAsync(ByteString key, long fromRevision, CancellationToken stop)
    {
        _steps.Add($"wait for {key.ToStringUtf8()} from {fromRevision}");
        _keys.Remove(_keys.Single(pair => pair.Value == key.ToStringUtf8()).Key);
        _onWait(key.ToStringUtf8());
        return Task.CompletedTask;
    }

    private Task<LockTicket> EnterAsync() =>
        new LockQueue(this, new ServerLog(NullLogger.Instance)).EnterAsync(Name, ByteString.Empty, lease: 2, CancellationToken.None);

    private RangeResponse Of(IEnumerable<KeyValuePair<long, string>> pairs) => new()
    {
        Header = new ResponseHeader { Revision = _revision },
        Kvs = { pairs.Select(pair => new KeyValue { Key = ByteString.CopyFromUtf8(pair.Value), CreateRevision = pair.Key, Value = ByteString.CopyFromUtf8($"value of {pair.Value}") }) },
    };
}
