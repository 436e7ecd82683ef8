using Google.Protobuf;
using Grpc.Core;
using MetaStore.Protocol.Etcd;
using MetaStore.Protocol.Mvcc;
using MetaStore.Server.Observability.Logging;
using MetaStore.Server.Services.Concurrency;
using Microsoft.Extensions.Logging.Abstractions;

namespace MetaStore.Server.Tests.Services.Concurrency;

/// <summary>A caller that stops waiting leaves no key, whatever ended the wait.</summary>
public sealed class LockQueueTests
{
    private static readonly ByteString Name = ByteString.CopyFromUtf8("L");

    [Theory]
    [InlineData("etcdserver: mvcc: required revision has been compacted")]
    [InlineData("etcdserver: request timed out")]
    public async Task WaitThatFails_DeletesTheKey_AndReportsWhatEndedIt(string text)
    {
        var store = new TakenLock { Wait = () => throw new RpcException(new Status(StatusCode.Unknown, text)) };
        RpcException error = await Assert.ThrowsAsync<RpcException>(() => EnterAsync(store));
        Assert.Equal(text, error.Status.Detail);
        Assert.Equal(["L/2"], store.Deleted);
    }

    [Fact]
    public async Task WaitThatIsCanceled_DeletesTheKey()
    {
        var store = new TakenLock { Wait = () => throw new OperationCanceledException() };
        await Assert.ThrowsAsync<OperationCanceledException>(() => EnterAsync(store));
        Assert.Equal(["L/2"], store.Deleted);
    }

    [Fact]
    public async Task KeyThatCannotBeDeleted_DoesNotHideWhatEndedTheWait()
    {
        var store = new TakenLock
        {
            Wait = () => throw new RpcException(new Status(StatusCode.Unknown, "first")),
            Delete = () => throw new RpcException(new Status(StatusCode.Unknown, "second")),
        };
        RpcException error = await Assert.ThrowsAsync<RpcException>(() => EnterAsync(store));
        Assert.Equal("first", error.Status.Detail);
    }

    private static Task<LockTicket> EnterAsync(IQueueStore store) =>
        new LockQueue(store, new ServerLog(NullLogger.Instance)).EnterAsync(Name, ByteString.Empty, lease: 2, CancellationToken.None);

    /// <summary>A lock held by lease 1 since revision 5.</summary>
    private sealed class TakenLock : IQueueStore
    {
        private static readonly ResponseHeader Header = new() { Revision = 9 };

        public required Action Wait { get; init; }

        public Action Delete { get; init; } = () => { };

        public List<string> Deleted { get; } = [];

        public ValueTask<TxnResponse> TxnAsync(TxnRequest request, CancellationToken stop)
        {
            var response = new TxnResponse { Succeeded = true, Header = Header };
            response.Responses.Add(new ResponseOp { ResponsePut = new PutResponse() });
            response.Responses.Add(new ResponseOp { ResponseRange = Holder() });
            return ValueTask.FromResult(response);
        }

        public ValueTask<RangeResponse> RangeAsync(RangeRequest request, CancellationToken stop) => ValueTask.FromResult(Holder());

        public ValueTask<DeleteRangeResponse> DeleteAsync(ByteString key, CancellationToken stop)
        {
            Deleted.Add(key.ToStringUtf8());
            Delete();
            return ValueTask.FromResult(new DeleteRangeResponse { Header = Header });
        }

        public Task DeletedAsync(ByteString key, long fromRevision, CancellationToken stop)
        {
            Wait();
            return Task.CompletedTask;
        }

        private static RangeResponse Holder()
        {
            var response = new RangeResponse { Header = Header };
            response.Kvs.Add(new KeyValue { Key = ByteString.CopyFromUtf8("L/1"), CreateRevision = 5 });
            return response;
        }
    }
}
