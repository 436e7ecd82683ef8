using Grpc.Core;
using MetaStore.Protocol.Etcd;
using MetaStore.Protocol.V1;
using MetaStore.Server.Calls;
using MetaStore.Server.Services.Mapping;

namespace MetaStore.Server.Services.Operations;

/// <summary>metastore.v1.Operations: many operations of etcdserverpb.KV over one stream (ADR 0028). Reads the stream; <see cref="OperationStream"/> does the rest.</summary>
/// <param name="kv">Runs the operations.</param>
/// <param name="stopping">Ends open streams.</param>
internal sealed class OperationsService(KV.KVBase kv, CancellationToken stopping) : Protocol.V1.Operations.OperationsBase
{
    /// <summary>Counts each operation as a call of its method; null = they are not counted.</summary>
    public OperationCounts? Counts { get; set; }

    /// <inheritdoc/>
    public override async Task Run(
        IAsyncStreamReader<OperationsRequest> requestStream, IServerStreamWriter<OperationsResponse> responseStream, ServerCallContext context)
    {
        using var end = CancellationTokenSource.CreateLinkedTokenSource(context.CancellationToken, stopping);
        using var stream = new OperationStream(new OperationRunner(kv, Counts, ServerCall.Of(context), context.RequestHeaders, context.CancellationToken), end);
        Task sending = stream.SendAsync(responseStream);
        try
        {
            while (await requestStream.MoveNext(end.Token))
            {
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
