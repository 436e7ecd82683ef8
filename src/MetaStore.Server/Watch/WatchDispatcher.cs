using Google.Protobuf;
using Grpc.Core;
using MetaStore.IO;
using MetaStore.Server.Auth;
using MetaStore.Server.Calls;
using MetaStore.Server.Configuration.Options;
using MetaStore.Server.Services.Mapping;
using MetaStore.Server.Watch.Sending;
using MetaStore.StateMachine;
using MetaStore.StateMachine.Mvcc.Reading;
using MetaStore.StateMachine.Watch;
using Microsoft.Extensions.Logging;

namespace MetaStore.Server.Watch;

/// <summary>The watch hub and what its users share: delivers published changes in background work items, and guards all watchers with one lock.</summary>
/// <remarks>
/// The apply thread only adds references to <see cref="PublishedChanges"/> and continues. One lock protects hub and watchers; under it nothing
/// waits, reads history or uses a socket.
/// </remarks>
internal sealed class WatchDispatcher : IThreadPoolWorkItem
{
    private readonly Lock _gate = new();
    private readonly PublishedChanges _changes;
    private readonly HashSet<WatchStream> _open = [];
    private int _watchers;
    private int _streams;
    private Action<AuthMark>? _onAuthChanged;

    /// <summary>Registers as the state machine's sink; nothing may have been applied since it was opened.</summary>
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

    /// <summary>Reads history.</summary>
    public MvccReader Reader { get; }

    /// <summary>Guarded: use only inside <see cref="Do"/>.</summary>
    public WatchHub Hub { get; }

    /// <summary>Limits and intervals.</summary>
    public WatchOptions Options { get; }

    /// <summary>Size above which messages are split for watchers that asked for it.</summary>
    public long FragmentBytes { get; }

    /// <summary>Makes response headers.</summary>
    public ResponseHeaders Headers { get; }

    /// <summary>Clock of progress notifications.</summary>
    public TimeProvider Time { get; }

    /// <summary>Logs failures of timers.</summary>
    public required ILogger Logger { get; init; }

    /// <summary>Finds out who makes a watch; null = all watches are allowed.</summary>
    public CallAuth? Auth { get; init; }

    /// <summary>Hears of a watch that its caller may not make; the stream goes on. Null = nothing does. Set before the first stream.</summary>
    public Action<ServerCall, IMessage?, Status>? Refused { get; set; }

    /// <summary>Jitter of progress notifications.</summary>
    public Random Chance { get; }

    /// <summary>Bytes queued on all streams.</summary>
    public WatchBudget Budget { get; }

    /// <summary>Gate to be entered before reading history.</summary>
    public HistoryGate History { get; }

    /// <summary>Open streams.</summary>
    public int Streams => Volatile.Read(ref _streams);

    /// <summary>Watchers on all streams.</summary>
    public int Watchers => Volatile.Read(ref _watchers);

    /// <summary>Watchers reading from history.</summary>
    public int Unsynced => Do(() => _watchers - Hub.Synced, upToDate: false);

    /// <summary>Events delivered, counted once per watcher.</summary>
    public long Delivered => Do(() => Hub.Delivered, upToDate: false);

    /// <summary>Times a watcher's queue was full and it had to read from history.</summary>
    public long FallenBehind => Do(() => Hub.FallenBehind, upToDate: false);

    /// <summary>Delivers what was published.</summary>
    void IThreadPoolWorkItem.Execute()
    {
        lock (_gate)
        {
            TakeChanges();
        }
    }

    /// <summary>Runs an action under the lock; must be quick.</summary>
    /// <param name="action">May use the hub and the state of watchers.</param>
    /// <param name="upToDate">True first delivers everything that is published: the result then includes all that the client may have seen elsewhere.</param>
    public T Do<T>(Func<T> action, bool upToDate)
    {
        lock (_gate)
        {
            if (upToDate)
            {
                TakeChanges();
            }

            return action();
        }
    }

    /// <summary>Keeps changes from now on, before a watcher is judged and added: it misses none that comes after its judgement. Under the guard.</summary>
    public void Prepare()
    {
        if (_watchers == 0)
        {
            // From here on changes are kept; what came before is at or below the revision that the hub now moves to.
            _changes.IsWanted = true;
            TakeChanges();
        }
    }

    /// <summary>Starts a watcher, after <see cref="Prepare"/>. Under the guard.</summary>
    public void Add(Watcher watcher, long startRevision)
    {
        _watchers++;
        Hub.Add(watcher, startRevision);
    }

    /// <summary>A watcher was refused after <see cref="Prepare"/>. Under the guard.</summary>
    public void Refuse() => _changes.IsWanted = _watchers > 0;

    /// <summary>Removes a watcher. Under the lock.</summary>
    public void Remove(Watcher watcher)
    {
        Hub.Remove(watcher);
        Forget();
    }

    /// <summary>Uncounts a watcher that the hub has ended. Under the lock.</summary>
    public void Forget()
    {
        if (--_watchers == 0)
        {
            _changes.IsWanted = false;
        }
    }

    /// <summary>A stream opens.</summary>
    public void Open(WatchStream stream)
    {
        lock (_gate)
        {
            _open.Add(stream);
            _streams++;
        }
    }

    /// <summary>A stream has closed. Under the guard.</summary>
    public void Close(WatchStream stream)
    {
        _open.Remove(stream);
        _streams--;
    }

    /// <summary>Hands out what is published; a change of users comes between the changes of keys before and after it.</summary>
    private void TakeChanges() => _changes.MoveTo(Hub, _onAuthChanged ??= OnAuthChanged);

    private void OnAuthChanged(AuthMark mark)
    {
        foreach (WatchStream stream in _open)
        {
            stream.OnAuthChanged(mark.State);
        }
    }
}
