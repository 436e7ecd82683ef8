using System.Buffers;
using MetaStore.Protocol.Etcd;
using MetaStore.Server.Calls.Responses;
using MetaStore.Server.Watch;
using MetaStore.Server.Watch.Sending;
using MetaStore.Simulation.Kernel;
using MetaStore.Simulation.Nodes;

namespace MetaStore.Simulation.Clients;

/// <summary>A watch stream from a client to one incarnation of a node: the product's stream and sender on the node's side, a slow reader on the other.</summary>
/// <param name="process">The node.</param>
/// <param name="random">For delays.</param>
/// <param name="received">Receives the responses, in order.</param>
internal sealed class WatchConnection(SimProcess process, SimRandom random, Action<WatchResponse> received) : IEncodedResponseStream, IDisposable
{
    private readonly WatchStream _stream = new(process.Watches!.Dispatcher);
    private readonly CancellationTokenSource _end = new();
    private readonly List<ArrayBufferWriter<byte>> _written = [];
    private readonly Queue<Action<WatchStream>> _requests = new();
    private readonly long _way = random.Exponential(SimKernel.Millisecond);
    private bool _isClosed;

    /// <summary>The node it is connected to.</summary>
    public SimProcess Process => process;

    /// <summary>False once one of the sides is gone.</summary>
    public bool IsOpen => !_isClosed && process.IsAlive;

    /// <summary>Starts sending.</summary>
    public void Open() => process.Threads.Run(Send);

    /// <summary>Runs an action on the node's side, in order.</summary>
    public void Ask(Action<WatchStream> request)
    {
        // A pause can delay an event past later ones: the oldest request is taken first, whichever event runs.
        _requests.Enqueue(request);
        process.Schedule(_way, () => process.Threads.Run(() =>
        {
            Action<WatchStream> oldest = _requests.Dequeue();
            if (!_isClosed)
            {
                oldest(_stream);
            }
        }));
    }

    /// <summary>The client disconnects.</summary>
    public void Dispose()
    {
        _isClosed = true;
        process.Schedule(_way, () => process.Threads.Run(() =>
        {
            _end.Cancel();
            _end.Dispose();
            _stream.Dispose();
        }));
    }

    public ValueTask StartAsync() => ValueTask.CompletedTask;

    public IBufferWriter<byte> BeginMessage(int length)
    {
        var bytes = new ArrayBufferWriter<byte>(Math.Max(length, 1));
        _written.Add(bytes);
        return bytes;
    }

    /// <summary>Completes once the client has read everything.</summary>
    public ValueTask FlushAsync(CancellationToken cancellationToken = default)
    {
        ArrayBufferWriter<byte>[] messages = [.. _written];
        _written.Clear();
        var read = new TaskCompletionSource();
        process.Schedule(random.Exponential(process.Cluster.Features.ReadTime), () =>
        {
            foreach (ArrayBufferWriter<byte> message in messages)
            {
                if (!_isClosed)
                {
                    received(WatchResponse.Parser.ParseFrom(message.WrittenSpan));
                }
            }

            read.SetResult();
        });
        return new ValueTask(read.Task);
    }

    // An exception other than its end comes back as an event and ends the run.
    private async void Send()
    {
        try
        {
            await new WatchSender(process.Watches!.Dispatcher, _stream, this).RunAsync(_end.Token);
        }
        catch (OperationCanceledException) when (_isClosed)
        {
            // Closed.
        }
    }
}
