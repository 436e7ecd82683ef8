using System.Buffers;
using System.IO.Pipelines;
using Google.Protobuf;

namespace MetaStore.Grpc.Server;

/// <summary>The response side of one call on the wire.</summary>
internal sealed class ServerResponseStream<T>(ServerCall call) : IResponseStream<T>, IEncodedResponseStream
    where T : class, IMessage<T>
{
    public ValueTask WriteAsync(T message, bool flush = true)
    {
        ArgumentNullException.ThrowIfNull(message);
        var started = call.SendHeadersAsync();
        return started.IsCompletedSuccessfully ? WriteStarted(message, flush) : WriteLaterAsync(started, message, flush);
    }

    public bool FlushesParts => true;

    public ValueTask StartAsync() => call.SendHeadersAsync();

    public IBufferWriter<byte> BeginMessage(int length) => call.BeginMessage(length);

    public ValueTask FlushAsync(CancellationToken cancellationToken = default)
    {
        var flushed = call.Output.FlushAsync(cancellationToken);
        if (!flushed.IsCompletedSuccessfully)
        {
            return AwaitFlushAsync(flushed);
        }

        ThrowIfGone(flushed.Result);
        return ValueTask.CompletedTask;
    }

    private async ValueTask WriteLaterAsync(ValueTask started, T message, bool flush)
    {
        await started;
        await WriteStarted(message, flush);
    }

    private ValueTask WriteStarted(T message, bool flush)
    {
        var written = call.WriteAsync(message);
        return !written.IsCompletedSuccessfully ? written : flush ? FlushAsync() : ValueTask.CompletedTask;
    }

    private static async ValueTask AwaitFlushAsync(ValueTask<FlushResult> flushed) => ThrowIfGone(await flushed);

    /// <summary>A writer that only looked at the abort token could spin on an aborted connection, so the result decides.</summary>
    private static void ThrowIfGone(FlushResult result)
    {
        if (result.IsCompleted || result.IsCanceled)
        {
            throw new RpcException(Status.Cancelled);
        }
    }
}
