using System.Collections.Concurrent;
using MetaStore.Protocol.Etcd;
using Google.Protobuf;
using MetaStore.Protocol.Mvcc;

namespace MetaStore.Grpc.Tests.Foreign;

/// <summary>Just enough of etcd for etcdctl to put, get and watch.</summary>
internal sealed class TinyStore
{
    private readonly ConcurrentDictionary<ByteString, KeyValue> _keys = [];
    private readonly TaskCompletionSource _watched = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public ValueTask<PutResponse> Put(PutRequest request, CallContext context)
    {
        if (request.Key.ToStringUtf8() == "refuse")
        {
            context.Fail(StatusCode.InvalidArgument, "etcdserver: request is too large");
        }

        _keys[request.Key] = new KeyValue { Key = request.Key, Value = request.Value, ModRevision = 2, CreateRevision = 2, Version = 1 };
        return new ValueTask<PutResponse>(new PutResponse { Header = NewHeader() });
    }

    public ValueTask<RangeResponse> Range(RangeRequest request, CallContext context)
    {
        var response = new RangeResponse { Header = NewHeader() };
        if (_keys.TryGetValue(request.Key, out var found))
        {
            response.Kvs.Add(found);
            response.Count = 1;
        }

        return new ValueTask<RangeResponse>(response);
    }

    /// <summary>Cancels the watch, which ends etcdctl. Before the event was shown it would overtake it there now and then.</summary>
    public void EndWatch() => _watched.TrySetResult();

    /// <summary>Tells one event, and cancels when told to.</summary>
    public async ValueTask Watch(IRequestStream<WatchRequest> requests, IResponseStream<WatchResponse> responses, CallContext context)
    {
        var request = await requests.ReadAsync();
        var key = request!.CreateRequest.Key;
        await responses.WriteAsync(new WatchResponse { Header = NewHeader(), Created = true });
        var kv = new KeyValue { Key = key, Value = ByteString.CopyFromUtf8("seen"), ModRevision = 3, CreateRevision = 3, Version = 1 };
        await responses.WriteAsync(new WatchResponse { Header = NewHeader(), Events = { new Event { Kv = kv } } });
        await _watched.Task.WaitAsync(context.CancellationToken);
        await responses.WriteAsync(new WatchResponse { Header = NewHeader(), Canceled = true, CancelReason = "that was all" });
        await requests.ReadAsync();
    }

    private static ResponseHeader NewHeader() => new() { ClusterId = 1, MemberId = 2, Revision = 3, RaftTerm = 4 };
}
