using MetaStore.Batching.Admission.Queueing;
using MetaStore.Batching.Settings;

namespace MetaStore.Batching.Admission;

/// <summary>Admits proposals while there are credits; then a bounded number of calls waits for a bounded time, and connections take turns.</summary>
/// <remarks>
/// Thread-safe. A call takes one credit before it enqueues and returns it when it is completed in any way. The common case is one short lock each way
/// and no allocation. The timer runs only while calls wait. See ADR 0022.
/// </remarks>
public sealed class ProposalAdmission : IDisposable
{
    private static readonly TimeSpan _longestTick = TimeSpan.FromMilliseconds(50);

    private readonly Lock _gate = new();
    private readonly TimeProvider _time;
    private readonly ITimer _timer;

    /// <summary>Guarded by the lock, including everything it references.</summary>
    private readonly AdmissionBook _book;
    private bool _stopped;

    /// <summary>A call was rejected for lack of a place to wait, and no place has been seen free since.</summary>
    private volatile bool _isFull;

    /// <summary>Creates an admission.</summary>
    /// <param name="settings">Valid settings.</param>
    /// <param name="time">Clock for waits and rates.</param>
    /// <param name="memoryLoad">Fraction of the available memory in use, 0 to 1; null: that of the managed heap.</param>
    /// <exception cref="ArgumentException">The settings are invalid.</exception>
    public ProposalAdmission(AdmissionSettings settings, TimeProvider time, Func<double>? memoryLoad = null)
    {
        EnsureValid(settings);
        _time = time;
        _book = new AdmissionBook(settings, time, new AdmissionLoad(time, memoryLoad ?? HeapShare.Current));
        _timer = time.CreateTimer(static state => ((ProposalAdmission)state!).OnTimer(), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    /// <summary>Called with the duration of each wait, when the call is admitted or rejected. Runs under the lock, so it must be short.</summary>
    public Action<TimeSpan>? Waited
    {
        init => _book.Waited = value;
    }

    /// <summary>The current settings.</summary>
    public AdmissionSettings Settings
    {
        get
        {
            lock (_gate)
            {
                return _book.Settings;
            }
        }
    }

    /// <summary>The current statistics.</summary>
    public AdmissionStats Statistics
    {
        get
        {
            lock (_gate)
            {
                return _book.Statistics;
            }
        }
    }

    /// <summary>Takes a credit if one is free and no call that could use it waits.</summary>
    /// <param name="connection">Connection of the call.</param>
    /// <param name="bytes">Size of the encoded command.</param>
    /// <param name="kind">Which credits it may take.</param>
    public bool TryAcquire(ConnectionCredits connection, int bytes, AdmissionClass kind = AdmissionClass.Ordinary)
    {
        lock (_gate)
        {
            long now = _time.GetTimestamp();
            _book.Look(now);
            return !_stopped && _book.TryTake(connection, bytes, kind, now);
        }
    }

    /// <summary>Takes a credit, or waits for one.</summary>
    /// <param name="connection">Connection of the call.</param>
    /// <param name="bytes">Size of the encoded command.</param>
    /// <param name="kind">Which credits it may take.</param>
    /// <param name="patience">The call's own deadline; the shorter of it and <see cref="AdmissionSettings.MaxWait"/> applies.</param>
    /// <returns>Accepted (return the credit with <see cref="Release"/>), Overloaded or Stopped.</returns>
    public ValueTask<ProposalAdmissionResult> AcquireAsync(ConnectionCredits connection, int bytes, AdmissionClass kind, TimeSpan patience)
    {
        lock (_gate)
        {
            if (_stopped)
            {
                return ValueTask.FromResult(ProposalAdmissionResult.Stopped);
            }

            long now = _time.GetTimestamp();
            _book.Look(now);
            if (_book.TryTake(connection, bytes, kind, now))
            {
                return ValueTask.FromResult(ProposalAdmissionResult.Accepted);
            }

            if (_book.TryWait(connection.Of(kind), bytes, now, patience) is not { } waiter)
            {
                _isFull = true;
                return ValueTask.FromResult(ProposalAdmissionResult.Overloaded);
            }

            if (_book.Waiting == 1)
            {
                TimeSpan tick = _book.Settings.RefillInterval < _longestTick ? _book.Settings.RefillInterval : _longestTick;
                _timer.Change(tick, tick);
            }

            return new ValueTask<ProposalAdmissionResult>(waiter.Task);
        }
    }

    /// <summary>
    /// True when an ordinary call would be rejected at once; it is counted as rejected. Lets a server reject a call before it reads the request, which
    /// under overload is most of a call's cost. One volatile read while nothing is rejected.
    /// </summary>
    /// <param name="connection">Connection of the call.</param>
    public bool RefusesNext(ConnectionCredits connection)
    {
        if (!_isFull)
        {
            return false;
        }

        lock (_gate)
        {
            long now = _time.GetTimestamp();
            _book.Look(now);
            _isFull = _book.RefusesNext(connection, now);
            return _isFull;
        }
    }

    /// <summary>Returns one credit.</summary>
    /// <param name="connection">As on acquiring.</param>
    /// <param name="bytes">As on acquiring.</param>
    /// <param name="kind">As on acquiring.</param>
    /// <param name="admittedAt">Timestamp of the admission.</param>
    public void Release(ConnectionCredits connection, int bytes, AdmissionClass kind, long admittedAt)
    {
        lock (_gate)
        {
            long now = _time.GetTimestamp();
            _book.Release(connection, bytes, kind, now - admittedAt, now);
            _book.Look(now);
            _book.Admit(now);
        }
    }

    /// <summary>Changes the settings; credits in use are kept, waiting calls keep their deadlines.</summary>
    /// <exception cref="ArgumentException">The settings are invalid; the old ones stay.</exception>
    public void Configure(AdmissionSettings settings)
    {
        EnsureValid(settings);
        lock (_gate)
        {
            long now = _time.GetTimestamp();
            _book.Configure(settings, now);
            _book.Admit(now);
        }
    }

    /// <summary>Rejects all waiting and all later calls.</summary>
    public void Dispose()
    {
        lock (_gate)
        {
            _stopped = true;
            _book.Refuse(_time.GetTimestamp(), ProposalAdmissionResult.Stopped);
        }

        _timer.Dispose();
    }

    private static void EnsureValid(AdmissionSettings settings)
    {
        IReadOnlyList<string> faults = settings.Validate();
        if (faults.Count > 0)
        {
            throw new ArgumentException(string.Join("; ", faults), nameof(settings));
        }
    }

    private void OnTimer()
    {
        lock (_gate)
        {
            long now = _time.GetTimestamp();
            _book.Look(now);
            _book.Admit(now);
            _book.Refuse(now);
            if (_book.Waiting == 0)
            {
                _timer.Change(Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
            }
        }
    }
}

/// <summary>Result of submitting a proposal. Anything but <see cref="Accepted"/> means that nothing was buffered.</summary>
public enum ProposalAdmissionResult : byte
{
    /// <summary>Buffered or sent; the waiter will be completed or failed.</summary>
    Accepted = 0,

    /// <summary>The encoded command exceeds <see cref="BatchSettings.MaxCommandBytes"/>.</summary>
    TooLarge = 1,

    /// <summary>No credit became free in the time allowed ("etcdserver: too many requests").</summary>
    Overloaded = 2,

    /// <summary>The batcher was stopped.</summary>
    Stopped = 3,
}

/// <summary>Which credits a call may take.</summary>
public enum AdmissionClass : byte
{
    /// <summary>Those of <see cref="AdmissionStats.Limit"/>, shared by all connections.</summary>
    Ordinary = 0,

    /// <summary>
    /// Those of <see cref="AdmissionSettings.Reserved"/> first: calls that free space, end leases or change the cluster must be admitted while the member
    /// is overloaded. The limits on bytes and per connection do not apply to them.
    /// </summary>
    Essential = 1,
}
