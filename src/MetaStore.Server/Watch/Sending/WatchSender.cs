using System.Diagnostics;
using Grpc.Core;
using MetaStore.Server.Calls.Responses;
using MetaStore.StateMachine.Watch;

namespace MetaStore.Server.Watch.Sending;

/// <summary>Sends the queue of one stream: everything that a group added with one write, then, when the queue is empty, some history.</summary>
internal sealed class WatchSender(WatchDispatcher dispatcher, WatchStream stream, IEncodedResponseStream output)
{
    /// <summary>Bytes written before a flush is awaited.</summary>
    private const int FlushBytes = 256 << 10;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan PatiencePoll = TimeSpan.FromSeconds(1);

    private readonly int _partBytes = output.FlushesParts ? FlushBytes : int.MaxValue;
    private readonly WatchResponseWriter _writer = new(output, dispatcher.Headers, dispatcher.FragmentBytes);

    /// <summary>Runs until it is cancelled or the client disconnects.</summary>
    /// <exception cref="RpcException">The client disconnected.</exception>
    /// <exception cref="SlowReaderException">The client does not read while others wait for the budget.</exception>
    /// <exception cref="OperationCanceledException">Cancelled.</exception>
    public async Task RunAsync(CancellationToken stop)
    {
        using CancellationTokenRegistration wakeUp = stop.UnsafeRegister(static signal => ((AsyncAutoResetEvent)signal!).Set(), stream.HasWork);
        await output.StartAsync();
        while (true)
        {
            stop.ThrowIfCancellationRequested();
            List<WatchItem> items = stream.Queue.Take();
            if (items.Count > 0)
            {
                await SendAsync(items, stop);
                stream.HasRoom.Set();
            }
            else if (stream.TakeBehind() is { Count: > 0 } unsynced)
            {
                await dispatcher.History.EnterAsync(stop);
                CatchUpRound round = CatchUp.Read(dispatcher.Reader, unsynced);
                dispatcher.Do(
                    () =>
                    {
                        dispatcher.Hub.Take(round);
                        return true;
                    },
                    upToDate: true);
                await Task.Yield();
            }
            else
            {
                await stream.HasWork.WaitAsync();
            }
        }
    }

    private async ValueTask SendAsync(List<WatchItem> items, CancellationToken stop)
    {
        int unflushed = 0;
        for (int i = 0; i < items.Count; i++)
        {
            int next = 0;
            while (!_writer.Write(items[i], ref next, _partBytes))
            {
                await FlushAsync(stop);
            }

            unflushed += items[i].Cost;
            if (unflushed >= FlushBytes || i == items.Count - 1)
            {
                await FlushAsync(stop);
                stream.Queue.Release(unflushed);
                unflushed = 0;
            }
        }
    }

    private ValueTask FlushAsync(CancellationToken stop)
    {
        ValueTask flushing = output.FlushAsync(stop);
        return flushing.IsCompleted || !output.FlushesParts ? flushing : new ValueTask(AwaitClientAsync(flushing.AsTask()));
    }

    /// <summary>A client may read as slowly as it likes, but not while it delays the events of others.</summary>
    private async Task AwaitClientAsync(Task flushing)
    {
        long started = Stopwatch.GetTimestamp();
        while (await Task.WhenAny(flushing, Task.Delay(PatiencePoll)) != flushing)
        {
            if (dispatcher.History.IsContended && Stopwatch.GetElapsedTime(started) > Patience)
            {
                throw new SlowReaderException();
            }
        }

        await flushing;
    }
}
