using MetaStore.Protocol.Etcd;
using MetaStore.Server.Watch.Sending;
using MetaStore.StateMachine.Watch;
using MetaStore.StateMachine.Watch.Events;
using MetaStore.StateMachine.Watch.Index;

namespace MetaStore.Server.Watch;

/// <summary>The watchers of one client stream and their send queue.</summary>
/// <remarks>
/// Everything that changes watchers runs under the room's lock; <see cref="WatchSender"/> empties the queue. A watcher whose events do not fit is
/// marked as unsynced, and the sender reads its events from history when the queue is empty: a client that does not read uses no more memory than
/// the queue's limit.
/// </remarks>
internal sealed class WatchStream : WatchReceiver, IDisposable
{
    /// <summary>The watch ID of responses that belong to no watcher.</summary>
    private const long NoWatcher = -1;

    private readonly WatchDispatcher _dispatcher;
    private readonly Dictionary<long, StreamWatcher> _watchers = [];
    private readonly ProgressTicker _progress;
    private List<Watcher> _behind = [];
    private long _nextId;
    private bool _isClosed;

    public WatchStream(WatchDispatcher dispatcher)
    {
        _dispatcher = dispatcher;
        Queue = new WatchQueue(dispatcher.Options.QueueBytes, dispatcher.Budget);
        _progress = new ProgressTicker(dispatcher, NotifyProgress);
        dispatcher.CountStream(1);
    }

    /// <summary>The send queue.</summary>
    public WatchQueue Queue { get; }

    /// <summary>Set when there is something to send or to read.</summary>
    public AsyncAutoResetEvent HasWork { get; } = new();

    /// <summary>Set when the queue has been emptied.</summary>
    public AsyncAutoResetEvent HasRoom { get; } = new();

    /// <summary>Creates a watcher or rejects it; the response is sent on the stream. Source: etcd v3 WatchCreateRequest.</summary>
    public void Create(WatchCreateRequest request)
    {
        var range = new WatchRange(request.Key.ToByteArray(), request.RangeEnd.ToByteArray());
        _dispatcher.Do(() => Create(request, range), upToDate: true);
        HasWork.Set();
    }

    /// <summary>Cancels a watcher; an unknown ID is ignored, as in etcd.</summary>
    public void Cancel(long id)
    {
        _dispatcher.Do(() => Cancel_NeedsGuard(id), upToDate: true);
        HasWork.Set();
    }

    /// <summary>Sends the revision up to which everything was sent; nothing while that differs between watchers.</summary>
    public void RequestProgress()
    {
        _dispatcher.Do(AnswerProgress, upToDate: true);
        HasWork.Set();
    }

    /// <summary>Takes the watchers that must read from history; the hub reports each again if one read was not enough.</summary>
    public List<Watcher> TakeBehind() => _dispatcher.Do(
        () =>
        {
            (List<Watcher> taken, _behind) = (_behind, []);
            taken.RemoveAll(watcher => watcher.IsRemoved);
            return taken;
        },
        upToDate: false);

    /// <summary>Ends all watchers and drops the queue.</summary>
    public void Dispose()
    {
        _dispatcher.Do(Close, upToDate: false);
        _progress.Dispose();
        Queue.Close();
    }

    protected override bool TryTake(Watcher watcher, EventBatch run)
    {
        var own = (StreamWatcher)watcher;
        own.HadEvents = true;
        return Queue.TryAdd(new WatchItem(own, run, null));
    }

    protected override void TakeHistory(Watcher watcher, EventBatch run)
    {
        var own = (StreamWatcher)watcher;
        own.HadEvents = true;
        Queue.Add(new WatchItem(own, run, null));
    }

    protected override void OnCompacted(Watcher watcher, long compactRevision)
    {
        _watchers.Remove(watcher.Id);
        _dispatcher.Forget();
        Answer(new WatchResponse
        {
            Header = _dispatcher.Headers.WithoutRevision(),
            WatchId = watcher.Id,
            Canceled = true,
            CompactRevision = compactRevision,
        });
        HasWork.Set();
    }

    protected override void OnUnsynced(Watcher watcher)
    {
        _behind.Add(watcher);
        HasWork.Set();
    }

    protected override void OnGroupEnd() => HasWork.Set();

    private bool Create(WatchCreateRequest request, WatchRange range)
    {
        if (_isClosed)
        {
            return false;
        }

        if (Refusal(request, range) is { } reason)
        {
            Answer(new WatchResponse { Header = Header(), WatchId = NoWatcher, Created = true, Canceled = true, CancelReason = reason });
            return false;
        }

        var watcher = new StreamWatcher(this, request.WatchId == 0 ? FreeId() : request.WatchId, range, RequestedFilters.Of(request))
        {
            Fragments = request.Fragment,
            NotifiesProgress = request.ProgressNotify,
        };
        _watchers.Add(watcher.Id, watcher);
        _dispatcher.Add(watcher, request.StartRevision);
        Answer(new WatchResponse { Header = Header(), WatchId = watcher.Id, Created = true });
        if (watcher.NotifiesProgress)
        {
            _progress.Start();
        }

        return true;
    }

    private string? Refusal(WatchCreateRequest request, WatchRange range) => request switch
    {
        { StartRevision: < 0 } => WatchErrors.Compacted,
        _ when range.IsEmpty => WatchErrors.EmptyRange,
        _ when request.WatchId != 0 && _watchers.ContainsKey(request.WatchId) => WatchErrors.DuplicateId,
        _ when _watchers.Count >= _dispatcher.Options.WatchersPerStream => WatchErrors.TooMany,
        _ => null,
    };

    private bool Cancel_NeedsGuard(long id)
    {
        if (!_watchers.Remove(id, out StreamWatcher? watcher))
        {
            return false;
        }

        _dispatcher.Remove(watcher);
        Answer(new WatchResponse { Header = Header(), WatchId = id, Canceled = true });
        return true;
    }

    private bool AnswerProgress()
    {
        if (_watchers.Count == 0 || _watchers.Values.Any(watcher => !IsUpToDate(watcher)))
        {
            return false;
        }

        Answer(new WatchResponse { Header = Header(), WatchId = NoWatcher });
        return true;
    }

    /// <summary>Timer tick: sends a progress notification for watchers that asked for it and were sent nothing since the last one.</summary>
    private void NotifyProgress()
    {
        foreach (StreamWatcher watcher in _watchers.Values)
        {
            if (watcher.NotifiesProgress && !watcher.HadEvents && IsUpToDate(watcher))
            {
                Answer(new WatchResponse { Header = Header(), WatchId = watcher.Id });
            }

            watcher.HadEvents = false;
        }

        HasWork.Set();
    }

    /// <summary>True when everything up to the hub's revision is queued or sent, and the watcher's start revision is not in the future.</summary>
    private bool IsUpToDate(StreamWatcher watcher) => watcher.IsSynced && watcher.Next <= _dispatcher.Hub.Revision + 1;

    private long FreeId()
    {
        while (_watchers.ContainsKey(_nextId))
        {
            _nextId++;
        }

        return _nextId++;
    }

    private bool Close()
    {
        if (_isClosed)
        {
            return false;
        }

        _isClosed = true;
        foreach (StreamWatcher watcher in _watchers.Values)
        {
            _dispatcher.Remove(watcher);
        }

        _watchers.Clear();
        _behind.Clear();
        _dispatcher.CountStream(-1);
        return true;
    }

    private void Answer(WatchResponse answer) => Queue.Add(new WatchItem(null, null, answer));

    private ResponseHeader Header() => _dispatcher.Headers.At(_dispatcher.Hub.Revision);
}
