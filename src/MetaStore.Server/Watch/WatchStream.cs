using MetaStore.Protocol.Etcd;
using MetaStore.Server.Calls;
using MetaStore.Server.Services.Mapping;
using MetaStore.Server.Watch.Sending;
using MetaStore.StateMachine.Auth;
using MetaStore.StateMachine.Auth.Rights;
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
        dispatcher.Open(this);
    }

    /// <summary>The send queue.</summary>
    public WatchQueue Queue { get; }

    /// <summary>Set when there is something to send or to read.</summary>
    public AsyncAutoResetEvent HasWork { get; } = new();

    /// <summary>Set when the queue has been emptied.</summary>
    public AsyncAutoResetEvent HasRoom { get; } = new();

    /// <summary>Creates a watcher or rejects it; the response is sent on the stream. Source: etcd v3 WatchCreateRequest.</summary>
    /// <param name="request">The request.</param>
    /// <param name="call">Whose; its identity is judged here, and again with each change of users. Null = no identity.</param>
    public void Create(WatchCreateRequest request, ServerCall? call = null)
    {
        var range = new WatchRange(request.Key.ToByteArray(), request.RangeEnd.ToByteArray());
        _dispatcher.Do(() => Create(request, range, call), upToDate: true);
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

    /// <summary>Users, roles or the switch have changed: ends each watcher whose user cannot read all of its range any more. Under the guard.</summary>
    public void OnAuthChanged(AuthState state)
    {
        if (!state.IsEnabled)
        {
            return;
        }

        foreach (StreamWatcher watcher in _watchers.Values.ToArray())
        {
            if (watcher.AllowedAt < state.Changes && watcher.EndReason is null && WhyLost(watcher, state) is { } error)
            {
                watcher.EndReason = WatchErrors.Of(error);
                _dispatcher.Hub.EndNow(watcher);
            }
        }
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

    protected override void OnEnded(Watcher watcher)
    {
        _watchers.Remove(watcher.Id);
        _dispatcher.Forget();
        Answer(new WatchResponse { Header = Header(), WatchId = watcher.Id, Canceled = true, CancelReason = ((StreamWatcher)watcher).EndReason });
        HasWork.Set();
    }

    protected override void OnUnsynced(Watcher watcher)
    {
        _behind.Add(watcher);
        HasWork.Set();
    }

    protected override void OnGroupEnd() => HasWork.Set();

    private bool Create(WatchCreateRequest request, WatchRange range, ServerCall? call)
    {
        if (_isClosed)
        {
            return false;
        }

        _dispatcher.Prepare();
        AuthState state = _dispatcher.Reader.Auth;
        ServerError denied = Judge(call, range, state, out AuthIdentity identity);
        if ((denied == ServerError.None ? Refusal(request, range) : WatchErrors.Of(denied)) is { } reason)
        {
            Answer(new WatchResponse { Header = Header(), WatchId = NoWatcher, Created = true, Canceled = true, CancelReason = reason });
            _dispatcher.Refuse();
            if (denied != ServerError.None && call is not null)
            {
                _dispatcher.Refused?.Invoke(call, request, StatusMap.Of(denied));
            }

            return false;
        }

        var watcher = new StreamWatcher(this, request.WatchId == 0 ? FreeId() : request.WatchId, range, RequestedFilters.Of(request))
        {
            Fragments = request.Fragment,
            NotifiesProgress = request.ProgressNotify,
            Identity = identity,
            AllowedAt = state.Changes,
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

    private ServerError Judge(ServerCall? call, in WatchRange range, AuthState state, out AuthIdentity identity)
    {
        identity = AuthIdentity.None;
        if (!state.IsEnabled || _dispatcher.Auth is not { } auth)
        {
            return ServerError.None;
        }

        ServerError error = call is null ? ServerError.UserEmpty : auth.Identify(call, state, out identity);
        if (error != ServerError.None)
        {
            return error;
        }

        error = StatusMap.Of(state.Admit(identity, asAdministrator: false, out UserRights? rights));
        return error == ServerError.None && !MayRead(rights!, range) ? ServerError.PermissionDenied : error;
    }

    private static ServerError? WhyLost(StreamWatcher watcher, AuthState state) =>
        watcher.Identity.Kind == IdentityKind.None ? ServerError.UserEmpty
        : state.RightsOf(watcher.Identity) is { } rights && MayRead(rights, watcher.Range) ? null
        : ServerError.PermissionDenied;

    private static bool MayRead(UserRights rights, in WatchRange range) =>
        rights.MayRead(range.From, range.IsSingle ? [] : range.To.Length == 0 ? [0] : range.To);

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
        _dispatcher.Close(this);
        return true;
    }

    private void Answer(WatchResponse answer) => Queue.Add(new WatchItem(null, null, answer));

    private ResponseHeader Header() => _dispatcher.Headers.At(_dispatcher.Hub.Revision);
}
