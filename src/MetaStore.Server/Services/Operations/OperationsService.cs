using Grpc.Core;
using MetaStore.Protocol.Etcd;
using MetaStore.Protocol.V1;
using MetaStore.Server.Budgets;
using MetaStore.Server.Calls;
using MetaStore.Server.Services.Mapping;

namespace MetaStore.Server.Services.Operations;

/// <summary>metastore.v1.Operations: many operations of etcdserverpb.KV over one stream (ADR 0028). Reads the stream; <see cref="OperationStream"/> does the rest.</summary>
/// <param name="kv">Runs the operations.</param>
/// <param name="room">Bounds the memory of streams whose clients do not read.</param>
/// <param name="stopping">Ends open streams.</param>
internal sealed class OperationsService(KV.KVBase kv, ResponseRoom room, CancellationToken stopping) : Protocol.V1.Operations.OperationsBase
{
    private static readonly Status TooMany = new(StatusCode.InvalidArgument, $"more than {OperationStream.OpenMost} operations in one message");

    /// <summary>Counts each operation as a call of its method; null = they are not counted.</summary>
    public OperationCounts? Counts { get; set; }

    /// <inheritdoc/>
    public override async Task Run(
        IAsyncStreamReader<OperationsRequest> requestStream, IServerStreamWriter<OperationsResponse> responseStream, ServerCallContext context)
    {
        ServerCall call = ServerCall.Of(context);
        using ResponseShare share = room.Open(call);
        await room.ReserveAsync(share, OperationStream.MemoryBytes, call);
        using var end = CancellationTokenSource.CreateLinkedTokenSource(context.CancellationToken, stopping);
        using var stream = new OperationStream(new OperationRunner(kv, Counts, call, context.RequestHeaders, context.CancellationToken), end);
        Task sending = stream.SendAsync(responseStream);
        try
        {
            while (await requestStream.MoveNext(end.Token))
            {
                if (requestStream.Current.Operations.Count > OperationStream.OpenMost)
                {
                    // An empty operation has two bytes on the wire and fifty here, which a stream that waits would hold.
                    throw new RpcException(TooMany);
                }

                foreach (KvOperation operation in requestStream.Current.Operations)
                {
                    await stream.StartAsync(operation, end.Token);
                }
            }
        }
        catch (OperationCanceledException) when (end.IsCancellationRequested)
        {
            // The status below gives the reason.
        }
        finally
        {
            stream.Complete();
            await sending;
        }

        if (stopping.IsCancellationRequested)
        {
            throw StatusMap.Exception(ServerError.Stopped);
        }

        context.CancellationToken.ThrowIfCancellationRequested();
    }
}
