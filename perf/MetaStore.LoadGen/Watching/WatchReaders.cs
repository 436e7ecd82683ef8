using MetaStore.LoadGen.Load;

namespace MetaStore.LoadGen.Watching;

/// <summary>Reads all watches of a run on one thread, so that the reader leaves the processor to the measured processes.</summary>
internal sealed class WatchReaders : IDisposable
{
    /// <summary>Connections, each with one stream, over which watches are spread.</summary>
    private const int ConnectionsMax = 10;

    private const long LongestWaitNanos = 50_000_000;

    private readonly WatchConnection[] _connections;
    private readonly CancellationTokenSource _end = new();
    private readonly Task _reading;

    /// <summary>Opens so many watches, spread over the targets.</summary>
    public WatchReaders(IReadOnlyList<Target> targets, int watches)
    {
        int count = Math.Min(watches, ConnectionsMax);
        _connections = [.. Enumerable.Range(0, count).Select(i =>
            new WatchConnection(targets[i % targets.Count], (watches / count) + (i < watches % count ? 1 : 0)))];
        _reading = Task.Factory.StartNew(Run, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
    }

    /// <summary>Events so far, all watches together.</summary>
    public long Events => _connections.Sum(connection => connection.Events);

    /// <summary>All watches are created.</summary>
    public bool AreReady => _connections.All(connection => connection.IsReady);

    /// <summary>Throws the exception that has ended reading, if there is one.</summary>
    /// <exception cref="IOException">A server has ended its stream.</exception>
    public void ThrowIfBroken()
    {
        if (_reading.IsFaulted)
        {
            _reading.GetAwaiter().GetResult();
        }
    }

    /// <summary>Ends the watches by closing their connections.</summary>
    public void Dispose()
    {
        _end.Cancel();
        _reading.ContinueWith(static _ => { }, TaskScheduler.Default).Wait();
        Array.ForEach(_connections, connection => connection.Dispose());
        _end.Dispose();
    }

    private void Run()
    {
        Poller poller = new(_connections.Length);
        while (!_end.IsCancellationRequested)
        {
            for (int i = 0; i < _connections.Length; i++)
            {
                _connections[i].Go(poller, i);
            }

            poller.Wait(LongestWaitNanos);
        }
    }
}
