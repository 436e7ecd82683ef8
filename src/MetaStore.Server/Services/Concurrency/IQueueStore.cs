using MetaStore.Protocol.Etcd;
using Google.Protobuf;

namespace MetaStore.Server.Services.Concurrency;

/// <summary>The store operations that <see cref="LockQueue"/> needs. Errors are thrown as <see cref="Grpc.Core.RpcException"/>.</summary>
internal interface IQueueStore
{
    /// <summary>KV.Txn.</summary>
    ValueTask<TxnResponse> TxnAsync(TxnRequest request, CancellationToken stop);

    /// <summary>KV.Range.</summary>
    ValueTask<RangeResponse> RangeAsync(RangeRequest request, CancellationToken stop);

    /// <summary>Deletes one key.</summary>
    ValueTask<DeleteRangeResponse> DeleteAsync(ByteString key, CancellationToken stop);

    /// <summary>Waits until a key is deleted at <paramref name="fromRevision"/> or later.</summary>
    Task DeletedAsync(ByteString key, long fromRevision, CancellationToken stop);
}
