using Etcdserverpb;
using Google.Protobuf;
using MetaStore.Client.Endpoints;
using MetaStore.Grpc;

namespace MetaStore.Client;

/// <summary>etcd's KV service. Reads are tried again on another member when one is unavailable; writes only when they certainly were not sent.</summary>
/// <remarks>Source: etcd v3 API, service KV, and its clients' retry contract.</remarks>
public sealed class KvClient
{
    private static readonly Method<RangeRequest, RangeResponse> RangeMethod = new(EtcdServices.KV, "Range");
    private static readonly Method<PutRequest, PutResponse> PutMethod = new(EtcdServices.KV, "Put");
    private static readonly Method<DeleteRangeRequest, DeleteRangeResponse> DeleteMethod = new(EtcdServices.KV, "DeleteRange");
    private static readonly Method<TxnRequest, TxnResponse> TxnMethod = new(EtcdServices.KV, "Txn");
    private static readonly Method<CompactionRequest, CompactionResponse> CompactMethod = new(EtcdServices.KV, "Compact");

    private readonly EndpointBalancer _balancer;

    internal KvClient(EndpointBalancer balancer) => _balancer = balancer;

    /// <summary>Reads a key or a range.</summary>
    public Task<RangeResponse> RangeAsync(RangeRequest request, CancellationToken cancellation = default) =>
        _balancer.CallAsync(RangeMethod, request, CallKind.Read, cancellation);

    /// <summary>Writes a key.</summary>
    public Task<PutResponse> PutAsync(PutRequest request, CancellationToken cancellation = default) =>
        _balancer.CallAsync(PutMethod, request, CallKind.Write, cancellation);

    /// <summary>Writes a key from text.</summary>
    public Task<PutResponse> PutAsync(string key, string value, CancellationToken cancellation = default) =>
        PutAsync(new PutRequest { Key = ByteString.CopyFromUtf8(key), Value = ByteString.CopyFromUtf8(value) }, cancellation);

    /// <summary>Deletes a key or a range.</summary>
    public Task<DeleteRangeResponse> DeleteRangeAsync(DeleteRangeRequest request, CancellationToken cancellation = default) =>
        _balancer.CallAsync(DeleteMethod, request, CallKind.Write, cancellation);

    /// <summary>Runs a transaction. Counted as a write even when it only reads.</summary>
    public Task<TxnResponse> TxnAsync(TxnRequest request, CancellationToken cancellation = default) =>
        _balancer.CallAsync(TxnMethod, request, CallKind.Write, cancellation);

    /// <summary>Gives up history before a revision.</summary>
    public Task<CompactionResponse> CompactAsync(CompactionRequest request, CancellationToken cancellation = default) =>
        _balancer.CallAsync(CompactMethod, request, CallKind.Write, cancellation);
}
