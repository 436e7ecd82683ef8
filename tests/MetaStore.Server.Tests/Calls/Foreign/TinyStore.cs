using Grpc.Core;
using MetaStore.Server.Tests.Hosting;
using System.Collections.Concurrent;
using MetaStore.Protocol.Etcd;
using Google.Protobuf;
using MetaStore.Protocol.Mvcc;

namespace MetaStore.Server.Tests.Calls.Foreign;

/// <summary>The part of etcd that etcdctl needs for put, get and watch.</summary>
internal sealed class TinyStore : KV.KVBase
{
    /// <summary>The other service of the store.</summary>
    public Protocol.Etcd.Watch.WatchBase Watches => new OneEvent(this);

    private readonly ConcurrentDictionary<ByteString, KeyValue> _keys = [];
    private readonly TaskCompletionSource _watched = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public override Task<PutResponse> Put(PutRequest request, ServerCallContext context)
    {
        if (request.Key.ToStringUtf8() == "refuse")
        {
            throw new RpcException(new Status(StatusCode.InvalidArgument, "etcdserver: request is too large"));
        }

        _keys[request.Key] = new KeyValue { Key = request.Key, Value = request.Value, ModRevision = 2, CreateRevision = 2, Version = 1 };
        return Task.FromResult(new PutResponse { Header = NewHeader() });
    }

    public override Task<RangeResponse> Range(RangeRequest request, ServerCallContext context)
    {
        var response = new RangeResponse { Header = NewHeader() };
        if (_keys.TryGetValue(request.Key, out var found))
        {
            response.Kvs.Add(found);
            response.Count = 1;
        }

        return Task.FromResult(response);
    }

    /// <summary>Cancels the watch, which ends etcdctl. Without waiting for the event to be printed, the cancellation could overtake it.</summary>
    public void EndWatch() => _watched.TrySetResult();

    private static ResponseHeader NewHeader() => new() { ClusterId = 1, MemberId = 2, Revision = 3, RaftTerm = 4 };

    /// <summary>Sends one event, and cancels when the store requests it.</summary>
    private sealed class OneEvent(TinyStore store) : Protocol.Etcd.Watch.WatchBase
    {
        public override async Task Watch(IAsyncStreamReader<WatchRequest> requestStream, IServerStreamWriter<WatchResponse> responseStream, ServerCallContext context)
        {
            var request = await requestStream.ReadAsync();
            var key = request!.CreateRequest.Key;
            await responseStream.WriteAsync(new WatchResponse { Header = NewHeader(), Created = true });
            var kv = new KeyValue { Key = key, Value = ByteString.CopyFromUtf8("seen"), ModRevision = 3, CreateRevision = 3, Version = 1 };
            await responseStream.WriteAsync(new WatchResponse { Header = NewHeader(), Events = { new Event { Kv = kv } } });
            await store._watched.Task.WaitAsync(context.CancellationToken);
            await responseStream.WriteAsync(new WatchResponse { Header = NewHeader(), Canceled = true, CancelReason = "that was all" });
            await requestStream.ReadAsync();
        }
    }
}
