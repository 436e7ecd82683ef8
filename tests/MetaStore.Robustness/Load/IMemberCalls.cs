using MetaStore.Protocol.Etcd;

namespace MetaStore.Robustness.Load;

/// <summary>Calls of one member. A call fails with an RpcException, after which it may have taken effect.</summary>
internal interface IMemberCalls : IDisposable
{
    Task<PutResponse> PutAsync(PutRequest request);

    Task<DeleteRangeResponse> DeleteAsync(DeleteRangeRequest request);

    Task<TxnResponse> TxnAsync(TxnRequest request);

    Task<RangeResponse> RangeAsync(RangeRequest request);
}
