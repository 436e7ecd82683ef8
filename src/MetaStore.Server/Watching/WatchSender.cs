using MetaStore.Grpc;
using MetaStore.StateMachine.Watch;

namespace MetaStore.Server.Watching;

/// <summary>Sends what waits on one stream: everything a group has brought with one write, then, with an empty queue, a bit of history.</summary>
internal sealed class WatchSender(WatchRoom room, WatchStream stream, IEncodedResponseStream output)
{
    /// <summary>Bytes written before the socket is waited for.</summary>
    private const int FlushBytes = 256 << 10;

    private readonly WatchResponseWriter _writer = new(output, room.Headers, room.FragmentBytes);

    /// <summary>Runs until it is stopped or the client is gone.</summary>
    /// <exception cref="RpcException">The client is gone.</exception>
    /// <exception cref="OperationCanceledException">Stopped.</exception>
    public async Task RunAsync(CancellationToken stop)
    {
        using CancellationTokenRegistration wakeUp = stop.UnsafeRegister(static signal => ((AsyncSignal)signal!).Set(), stream.HasWork);
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
            else if (stream.TakeBehind() is { Count: > 0 } behind)
            {
                CatchUpRound round = CatchUp.Read(room.Reader, behind);
                room.Do(
                    () =>
                    {
                        room.Hub.Take(round);
                        return true;
                    },
                    upToDate: false);
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
            _writer.Write(items[i]);
            unflushed += items[i].Cost;
            if (unflushed >= FlushBytes || i == items.Count - 1)
            {
                await output.FlushAsync(stop);
                stream.Queue.Release(unflushed);
                unflushed = 0;
            }
        }
    }
}
