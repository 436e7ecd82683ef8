using System.Threading.Channels;
using Grpc.Core;
using MetaStore.Protocol.V1;

namespace MetaStore.Server.Services.Operations;

/// <summary>The open operations of one stream, and the way of their results back to the client.</summary>
/// <remarks>
/// One flow of control starts operations, another one sends. At most <see cref="OpenMost"/> operations have no sent result: the next one is not
/// started, so the stream is not read, and HTTP/2 flow control stops the client.
/// </remarks>
/// <param name="runner">Runs one operation.</param>
/// <param name="end">Cancelled here when the client does not read any more: then nothing more of it is read.</param>
internal sealed class OperationStream(OperationRunner runner, CancellationTokenSource end) : IDisposable
{
    /// <summary>Operations of one stream whose results are not sent.</summary>
    public const int OpenMost = 1024;

    /// <summary>Charged to the response budget for each stream: about what the results of so many writes take while they wait. Large results are charged for themselves.</summary>
    public const int MemoryBytes = OpenMost * 512;

    /// <summary>A message with results is closed above one of these; a single result may be larger.</summary>
    private const int MessageResultsMost = 1024;
    private const int MessageBytesMost = 256 << 10;

    private readonly Channel<FinishedOperation> _finished = Channel.CreateUnbounded<FinishedOperation>(new UnboundedChannelOptions { SingleReader = true });
    private readonly SemaphoreSlim _places = new(OpenMost, OpenMost);

    /// <summary>Results cannot be sent any more. Used by the sending side only.</summary>
    private bool _isGone;

    /// <summary>Operations without a finished result, and one more while the stream is read.</summary>
    private int _open = 1;

    /// <summary>Starts an operation as soon as there is a place for it.</summary>
    public async ValueTask StartAsync(KvOperation operation, CancellationToken stop)
    {
        await _places.WaitAsync(stop);
        Interlocked.Increment(ref _open);
        _ = RunAsync(operation);
    }

    /// <summary>No more operations are started: sending ends with the last result.</summary>
    public void Complete()
    {
        if (Interlocked.Decrement(ref _open) == 0)
        {
            _finished.Writer.TryComplete();
        }
    }

    /// <summary>Sends results as they are ready, all that are in one message, until <see cref="Complete"/> and the last operation. A client that leaves is no failure.</summary>
    public async Task SendAsync(IServerStreamWriter<OperationsResponse> responses)
    {
        var message = new OperationsResponse();
        var held = new List<FinishedOperation>();
        while (await _finished.Reader.WaitToReadAsync())
        {
            int bytes = 0;
            while (message.Results.Count < MessageResultsMost && bytes < MessageBytesMost && _finished.Reader.TryRead(out FinishedOperation finished))
            {
                message.Results.Add(finished.Result);
                bytes += finished.Result.CalculateSize();
                if (finished.Call.HoldsResponse)
                {
                    held.Add(finished);
                }
            }

            await WriteAsync(responses, message, held);
            _places.Release(message.Results.Count);
            message.Results.Clear();
            held.Clear();
        }
    }

    /// <summary>Call it when <see cref="SendAsync"/> has ended.</summary>
    public void Dispose() => _places.Dispose();

    private async Task WriteAsync(IServerStreamWriter<OperationsResponse> responses, OperationsResponse message, List<FinishedOperation> held)
    {
        try
        {
            // After a failure the rest is only taken from the queue, so that what is held for it is released.
            Task sent = _isGone ? Task.CompletedTask : responses.WriteAsync(message);
            foreach (FinishedOperation finished in held)
            {
                await finished.Call.WhileSendingAsync(new ValueTask(sent));
            }

            await sent;
        }
        catch (Exception gone) when (gone is RpcException or OperationCanceledException or IOException or InvalidOperationException)
        {
            _isGone = true;
            await end.CancelAsync();
        }
        finally
        {
            foreach (FinishedOperation finished in held)
            {
                finished.Call.ReleaseHold();
            }
        }
    }

    /// <summary>The runner does not throw; if it does, <see cref="SendAsync"/> does, and the call ends.</summary>
    private async Task RunAsync(KvOperation operation)
    {
        try
        {
            _finished.Writer.TryWrite(await runner.RunAsync(operation));
            Complete();
        }
        catch (Exception failure)
        {
            _finished.Writer.TryComplete(failure);
            await end.CancelAsync();
        }
    }
}
