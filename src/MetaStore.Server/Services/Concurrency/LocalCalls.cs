using Google.Protobuf;
using Grpc.Core;
using MetaStore.Batching.Admission.Queueing;
using MetaStore.Protocol.Etcd;
using MetaStore.Protocol.Mvcc;
using MetaStore.Server.Auth;
using MetaStore.Server.Calls;
using MetaStore.Server.Services.Mapping;
using MetaStore.Server.Watch;

namespace MetaStore.Server.Services.Concurrency;

/// <summary>The KV, Lease and Watch calls of Lock and Election, made inside the process. Errors are thrown as a client sees them.</summary>
/// <remarks>etcd's Lock and Election use a client of the server: their errors carry etcd's text and the code Unknown.</remarks>
/// <param name="kv">Serves the KV calls.</param>
/// <param name="leases">Serves the Lease calls.</param>
/// <param name="dispatcher">Serves the watches.</param>
/// <param name="credits">Credits of the client's connection, which proposals are charged to; see <see cref="For"/>.</param>
/// <param name="stopping">Cancels waiting calls.</param>
/// <param name="caller">The client's call, whose identity these have; null before <see cref="For"/>.</param>
internal sealed class LocalCalls(
    KvService kv, LeaseService leases, WatchDispatcher dispatcher, ConnectionCredits credits, CancellationToken stopping, ServerCall? caller = null) : IQueueStore
{
    /// <summary>TTL in seconds of the lease that is granted when the caller has none; it is not renewed. Source: etcd.</summary>
    private const long LeaseSeconds = 60;

    /// <summary>The same calls on behalf of a client's call.</summary>
    public LocalCalls For(ServerCallContext context) => new(kv, leases, dispatcher, ServerCall.Of(context).Credits, stopping, ServerCall.Of(context));

    /// <summary>Runs a call that may wait long: it is cancelled with the caller and with the server.</summary>
    public async Task<T> WaitingAsync<T>(ServerCallContext context, Func<CancellationToken, Task<T>> run)
    {
        using var end = CancellationTokenSource.CreateLinkedTokenSource(context.CancellationToken, stopping);
        try
        {
            return await run(end.Token);
        }
        catch (OperationCanceledException) when (stopping.IsCancellationRequested)
        {
            throw StatusMap.Exception(ServerError.Stopped);
        }
    }

    public ValueTask<TxnResponse> TxnAsync(TxnRequest request, CancellationToken stop) => CallAsync(context => kv.Txn(request, context), stop);

    public ValueTask<RangeResponse> RangeAsync(RangeRequest request, CancellationToken stop) => CallAsync(context => kv.Range(request, context), stop);

    public ValueTask<DeleteRangeResponse> DeleteAsync(ByteString key, CancellationToken stop) =>
        CallAsync(context => kv.DeleteRange(new DeleteRangeRequest { Key = key }, context), stop);

    public async Task DeletedAsync(ByteString key, long fromRevision, CancellationToken stop)
    {
        await using LocalWatch watch = Watch(new WatchCreateRequest { Key = key, StartRevision = fromRevision });
        while (!(await watch.NextAsync(stop)).Events.Any(change => change.Type == Event.Types.EventType.Delete))
        {
        }
    }

    /// <summary>The caller's lease, or a new one for 0.</summary>
    public async ValueTask<long> LeaseAsync(long lease, CancellationToken stop) => lease != 0
        ? lease
        : (await CallAsync(context => leases.LeaseGrant(new LeaseGrantRequest { TTL = LeaseSeconds }, context), stop)).ID;

    /// <summary>Opens a watch on a key or a prefix starting at a revision.</summary>
    public LocalWatch Watch(WatchCreateRequest request) => new(dispatcher, request, Context(CancellationToken.None).Call);

    private async ValueTask<T> CallAsync<T>(Func<ServerCallContext, Task<T>> call, CancellationToken stop)
    {
        LocalCallContext context = Context(stop);
        try
        {
            return await call(context);
        }
        catch (RpcException failed)
        {
            throw new RpcException(new Status(StatusCode.Unknown, failed.Status.Detail));
        }
        finally
        {
            context.Call.ReleaseHold();
        }
    }

    private LocalCallContext Context(CancellationToken stop) =>
        new("local", caller is null ? null : CallAuth.HeadersOf(caller), cancellationToken: stop) { Credits = credits, CommonName = caller?.CommonName };
}
