using MetaStore.Client;
using MetaStore.Protocol.Etcd;
using MetaStore.Robustness.Cluster;
using MetaStore.Testing.Processes;

namespace MetaStore.Robustness.Load;

/// <summary>Calls through MetaStore.Client, which gathers them when several are in flight.</summary>
internal sealed class ClientCalls(Uri member, ClusterSecurity security) : IMemberCalls
{
    private readonly MetaStoreClient _client = new(MemberOptions.Of(security, member) with
    {
        CommandTimeout = TimeSpan.FromSeconds(2),
        DialTimeout = TimeSpan.FromMilliseconds(300),
    });

    public Task<PutResponse> PutAsync(PutRequest request) => _client.Kv.PutAsync(request);

    public Task<DeleteRangeResponse> DeleteAsync(DeleteRangeRequest request) => _client.Kv.DeleteRangeAsync(request);

    public Task<TxnResponse> TxnAsync(TxnRequest request) => _client.Kv.TxnAsync(request);

    public Task<RangeResponse> RangeAsync(RangeRequest request) => _client.Kv.RangeAsync(request);

    public void Dispose() => _client.Dispose();
}
