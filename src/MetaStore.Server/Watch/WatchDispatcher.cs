using MetaStore.IO;
using MetaStore.Server.Configuration.Options;
using MetaStore.Server.Services.Mapping;
using MetaStore.Server.Watch.Sending;
using MetaStore.StateMachine;
using MetaStore.StateMachine.Mvcc.Reading;
using MetaStore.StateMachine.Watch;
using Microsoft.Extensions.Logging;

namespace MetaStore.Server.Watch;

/// <summary>The hub and everybody who uses it: hands out published changes as work in the background, and guards all watchers.</summary>
/// <remarks>
/// The apply thread only puts references into <see cref="PublishedChanges"/> and goes on. One guard protects hub and watchers; under it
/// nothing waits, reads history or touches a socket.
/// </remarks>
internal sealed class WatchDispatcher : IThreadPoolWorkItem
{
    private readonly Lock _gate = new();
    private readonly PublishedChanges _changes;
    private int _watchers;
    private int _streams;

    /// <summary>Takes over the state machine's sink; nothing may have been applied since it was opened.</summary>
    public WatchDispatcher(
        ReplicatedStateMachine machine, WatchOptions options, long fragmentBytes, ResponseHeaders headers, TimeProvider time, BackgroundWork background,
        Random chance)
    {
        Reader = machine.Reader;
        Hub = new WatchHub(machine.Reader);
        Options = options;
        FragmentBytes = fragmentBytes;
        Headers = headers;
        Time = time;
        Chance = chance;
        Budget = new WatchBudget(options.EffectiveQueueBytesTotal);
        History = new HistoryGate(Budget, options.EffectiveQueueBytesTotal);
        _changes = new PublishedChanges(machine.Reader.Revision, () => background.Queue(this));
        machine.Sink = _changes;
    }

    /// <summary>Where history is read.</summary>
    public MvccReader Reader { get; }

    /// <summary>Guarded: only inside <see cref="Do"/>.</summary>
    public WatchHub Hub { get; }

    /// <summary>Bounds and times.</summary>
    public WatchOptions Options { get; }

    /// <summary>Size above which messages are cut for watchers that asked for it.</summary>
    public long FragmentBytes { get; }

    /// <summary>For answers.</summary>
    public ResponseHeaders Headers { get; }

    /// <summary>Clock of progress messages.</summary>
    public TimeProvider Time { get; }

    /// <summary>Receives failures of timers.</summary>
    public required ILogger Logger { get; init; }

    /// <summary>Spreads progress messages.</summary>
    public Random Chance { get; }

    /// <summary>Bytes that wait on all streams.</summary>
    public WatchBudget Budget { get; }

    /// <summary>Passed before history is read.</summary>
    public HistoryGate History { get; }

    /// <summary>Open streams.</summary>
    public int Streams => Volatile.Read(ref _streams);

    /// <summary>Watchers on all streams.</summary>
    public int Watchers => Volatile.Read(ref _watchers);

    /// <summary>Watchers that are being fed from history.</summary>
    public int Unsynced => Do(() => _watchers - Hub.Synced, upToDate: false);

    /// <summary>Events handed out, once for every watcher.</summary>
    public long Delivered => Do(() => Hub.Delivered, upToDate: false);

    /// <summary>Times a watcher had no room and fell behind.</summary>
    public long FallenBehind => Do(() => Hub.FallenBehind, upToDate: false);

    /// <summary>Hands out what was published.</summary>
    void IThreadPoolWorkItem.Execute()
    {
        lock (_gate)
        {
            _changes.MoveTo(Hub);
        }
    }

    /// <summary>Does something under the guard; must be quick.</summary>
    /// <param name="action">May use the hub and the state of watchers.</param>
    /// <param name="upToDate">Hand out before everything that is published: a client then finds here whatever it was told elsewhere.</param>
    public T Do<T>(Func<T> action, bool upToDate)
    {
        lock (_gate)
        {
            if (upToDate)
            {
                _changes.MoveTo(Hub);
            }

            return action();
        }
    }

    /// <summary>Starts a watcher. Under the guard.</summary>
    public void Add(Watcher watcher, long startRevision)
    {
        if (_watchers++ == 0)
        {
            // From here on changes are kept; what came before is behind the revision that the hub now moves to.
            _changes.IsWanted = true;
            _changes.MoveTo(Hub);
        }

        Hub.Add(watcher, startRevision);
    }

    /// <summary>Ends a watcher. Under the guard.</summary>
    public void Remove(Watcher watcher)
    {
        Hub.Remove(watcher);
        Forget();
    }

    /// <summary>Counts a watcher out that the hub has ended. Under the guard.</summary>
    public void Forget()
    {
        if (--_watchers == 0)
        {
            _changes.IsWanted = false;
        }
    }

    /// <summary>Counts streams.</summary>
    public void CountStream(int change) => Interlocked.Add(ref _streams, change);
}
