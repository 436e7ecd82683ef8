using Google.Protobuf.Collections;
using Grpc.Core;
using MetaStore.Protocol.V1;
using MetaStore.Server.Budgets;
using MetaStore.Server.Calls;
using MetaStore.Server.Services.Mapping;

namespace MetaStore.Server.Services.Operations;

/// <summary>metastore.v1.Operations: many operations of etcdserverpb.KV over one stream (ADR 0028). Reads the stream; <see cref="OperationStream"/> does the rest.</summary>
/// <param name="kv">Runs the operations.</param>
/// <param name="room">Bounds the memory of streams whose clients do not read.</param>
/// <param name="stopping">Ends open streams.</param>
internal sealed class OperationsService(KvService kv, ResponseRoom room, CancellationToken stopping) : Protocol.V1.Operations.OperationsBase
{
    private static readonly Status TooMany = new(StatusCode.InvalidArgument, $"more than {OperationStream.OpenMost} operations in one message");

    /// <summary>Counts each operation as a call of its method; null = they are not counted.</summary>
    public OperationCounts? Counts { get; set; }

    /// <summary>Figures of all streams.</summary>
    public OperationMetrics Metrics { get; } = new();

    /// <inheritdoc/>
    public override async Task Run(
        IAsyncStreamReader<OperationsRequest> requestStream, IServerStreamWriter<OperationsResponse> responseStream, ServerCallContext context)
    {
        ServerCall call = ServerCall.Of(context);
        using ResponseShare share = room.Open(call);
        await room.ReserveAsync(share, OperationStream.MemoryBytes, call);
        using var end = CancellationTokenSource.CreateLinkedTokenSource(context.CancellationToken, stopping);
        var runner = new OperationRunner(kv, Counts, call, context.RequestHeaders, context.CancellationToken);
        using var stream = new OperationStream(runner, responseStream, end, Metrics);
        Metrics.Add(stream);
        try
        {
            while (await requestStream.MoveNext(end.Token))
            {
                RepeatedField<KvOperation> operations = requestStream.Current.Operations;
                Metrics.OnReceived(operations.Count);
                if (operations.Count > OperationStream.OpenMost)
                {
                    // An empty operation has two bytes on the wire and fifty here, which a stream that waits would hold.
                    throw new RpcException(TooMany);
                }

                await stream.StartAsync(operations, end.Token);
            }
        }
        catch (OperationCanceledException) when (end.IsCancellationRequested)
        {
            // The status below gives the reason.
        }
        finally
        {
            stream.Complete();
            await EndedAsync(stream);
        }

        if (stopping.IsCancellationRequested)
        {
            throw StatusMap.Exception(ServerError.Stopped);
        }

        context.CancellationToken.ThrowIfCancellationRequested();
    }

    private async Task EndedAsync(OperationStream stream)
    {
        try
        {
            await stream.Ended;
        }
        finally
        {
            Metrics.Remove(stream);
        }
    }
}
