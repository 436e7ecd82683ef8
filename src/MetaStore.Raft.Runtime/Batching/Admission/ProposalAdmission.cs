namespace MetaStore.Raft.Runtime.Batching.Admission;

/// <summary>Lets proposals in as long as there are credits; then calls wait, boundedly many and boundedly long.</summary>
/// <remarks>
/// Thread-safe. A call takes one credit before it enqueues and gives it back when it is answered, whatever the answer. The common case
/// is one short lock each way and no allocation. The timer runs only while somebody waits.
/// </remarks>
public sealed class ProposalAdmission : IDisposable
{
    /// <summary>Weight of the newest interval in the average rate.</summary>
    private const double RateWeight = 0.2;

    private readonly Lock _gate = new();
    private readonly TimeProvider _time;
    private readonly Func<double> _memoryLoad;
    private readonly ITimer _timer;

    // Everything below is guarded by _gate.
    private readonly LinkedList<AdmissionWaiter> _waiting = new();
    private AdmissionSettings _settings;
    private int _limit;
    private int _held;
    private int _mostHeld;
    private long _heldBytes;
    private long _lookedAt;
    private long _released;
    private long _releasedAge;
    private double _rate;
    private long _totalWaited;
    private long _totalRefused;
    private bool _stopped;

    /// <summary>Makes an admission.</summary>
    /// <param name="settings">Valid settings.</param>
    /// <param name="time">Clock for waits and rates.</param>
    /// <param name="memoryLoad">Share of the available memory in use, 0 to 1; null: the managed heap against what the process may use.</param>
    /// <exception cref="ArgumentException">The settings are not valid.</exception>
    public ProposalAdmission(AdmissionSettings settings, TimeProvider time, Func<double>? memoryLoad = null)
    {
        EnsureValid(settings);
        _settings = settings;
        _limit = settings.Initial;
        _time = time;
        _memoryLoad = memoryLoad ?? HeapShare;
        _lookedAt = time.GetTimestamp();
        _timer = time.CreateTimer(static state => ((ProposalAdmission)state!).OnTimer(), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    /// <summary>Where it stands.</summary>
    public AdmissionStats Statistics
    {
        get
        {
            lock (_gate)
            {
                return new AdmissionStats(_limit, _held, _heldBytes, _waiting.Count, _totalWaited, _totalRefused);
            }
        }
    }

    /// <summary>Takes a credit if one is free and nobody waits.</summary>
    /// <param name="connection">Of the call.</param>
    /// <param name="bytes">Of the encoded command.</param>
    public bool TryAcquire(ConnectionCredits connection, int bytes)
    {
        lock (_gate)
        {
            Look_NeedsLock();
            if (_stopped || _waiting.Count > 0 || !Fits_NeedsLock(connection, bytes))
            {
                return false;
            }

            Take_NeedsLock(connection, bytes);
            return true;
        }
    }

    /// <summary>Takes a credit, or waits for one.</summary>
    /// <param name="connection">Of the call.</param>
    /// <param name="bytes">Of the encoded command.</param>
    /// <param name="patience">The call's own deadline; the shorter of it and <see cref="AdmissionSettings.MaxWait"/> counts.</param>
    /// <returns>Accepted (give it back with <see cref="Release"/>), Overloaded or Stopped.</returns>
    public ValueTask<ProposalAdmissionResult> AcquireAsync(ConnectionCredits connection, int bytes, TimeSpan patience)
    {
        lock (_gate)
        {
            if (_stopped)
            {
                return ValueTask.FromResult(ProposalAdmissionResult.Stopped);
            }

            Look_NeedsLock();
            if (_waiting.Count == 0 && Fits_NeedsLock(connection, bytes))
            {
                Take_NeedsLock(connection, bytes);
                return ValueTask.FromResult(ProposalAdmissionResult.Accepted);
            }

            TimeSpan wait = patience < _settings.MaxWait ? patience : _settings.MaxWait;
            if (_waiting.Count >= _settings.MaxWaiting || wait <= TimeSpan.Zero)
            {
                _totalRefused++;
                return ValueTask.FromResult(ProposalAdmissionResult.Overloaded);
            }

            AdmissionWaiter waiter = new(connection, bytes, _time.GetTimestamp() + (long)(wait.TotalSeconds * _time.TimestampFrequency));
            _waiting.AddLast(waiter);
            _totalWaited++;
            if (_waiting.Count == 1)
            {
                _timer.Change(_settings.RefillInterval, _settings.RefillInterval);
            }

            return new ValueTask<ProposalAdmissionResult>(waiter.Task);
        }
    }

    /// <summary>Gives one credit back.</summary>
    /// <param name="connection">As it was taken.</param>
    /// <param name="bytes">As it was taken.</param>
    /// <param name="admittedAt">Timestamp of the admission.</param>
    public void Release(ConnectionCredits connection, int bytes, long admittedAt)
    {
        lock (_gate)
        {
            _held--;
            _heldBytes -= bytes;
            connection.Held--;
            _released++;
            _releasedAge += _time.GetTimestamp() - admittedAt;
            Look_NeedsLock();
            Admit_NeedsLock();
        }
    }

    /// <summary>Puts other settings in force; credits in use stay in use.</summary>
    /// <exception cref="ArgumentException">The settings are not valid; the old ones stay.</exception>
    public void Configure(AdmissionSettings settings)
    {
        EnsureValid(settings);
        lock (_gate)
        {
            _settings = settings;
            _limit = settings.Mode == AdmissionMode.Fixed ? settings.Initial : Math.Clamp(_limit, settings.Min, settings.Max);
            Admit_NeedsLock();
        }
    }

    /// <summary>Refuses everybody who waits and everybody who comes.</summary>
    public void Dispose()
    {
        lock (_gate)
        {
            _stopped = true;
            foreach (AdmissionWaiter waiter in _waiting)
            {
                waiter.TrySetResult(ProposalAdmissionResult.Stopped);
            }

            _waiting.Clear();
        }

        _timer.Dispose();
    }

    private static double HeapShare() => GC.GetTotalMemory(forceFullCollection: false) / (double)GC.GetGCMemoryInfo().TotalAvailableMemoryBytes;

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
            Look_NeedsLock();
            Admit_NeedsLock();
            long now = _time.GetTimestamp();
            for (LinkedListNode<AdmissionWaiter>? node = _waiting.First; node is not null;)
            {
                LinkedListNode<AdmissionWaiter>? next = node.Next;
                if (node.Value.Deadline <= now)
                {
                    _waiting.Remove(node);
                    _totalRefused++;
                    node.Value.TrySetResult(ProposalAdmissionResult.Overloaded);
                }

                node = next;
            }

            if (_waiting.Count == 0)
            {
                _timer.Change(Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
            }
        }
    }

    private bool Fits_NeedsLock(ConnectionCredits connection, int bytes) =>
        _held < _limit
        && HasShare_NeedsLock(connection)
        && (_heldBytes + bytes <= _settings.MaxBytes || _held == 0);

    private bool HasShare_NeedsLock(ConnectionCredits connection) => connection.Held < (_settings.PerConnection ?? int.MaxValue);

    private void Take_NeedsLock(ConnectionCredits connection, int bytes)
    {
        _held++;
        _heldBytes += bytes;
        connection.Held++;
        _mostHeld = Math.Max(_mostHeld, _held);
    }

    /// <summary>Lets in whom the credits allow, oldest first; a connection at its own limit holds up nobody else.</summary>
    private void Admit_NeedsLock()
    {
        for (LinkedListNode<AdmissionWaiter>? node = _waiting.First; node is not null && _held < _limit;)
        {
            LinkedListNode<AdmissionWaiter>? next = node.Next;
            AdmissionWaiter waiter = node.Value;
            if (HasShare_NeedsLock(waiter.Connection))
            {
                if (!Fits_NeedsLock(waiter.Connection, waiter.Bytes))
                {
                    return;
                }

                _waiting.Remove(node);
                Take_NeedsLock(waiter.Connection, waiter.Bytes);
                waiter.TrySetResult(ProposalAdmissionResult.Accepted);
            }

            node = next;
        }
    }

    /// <summary>Once per interval, and only when somebody comes by anyway: how many credits should there be?</summary>
    private void Look_NeedsLock()
    {
        long now = _time.GetTimestamp();
        TimeSpan elapsed = _time.GetElapsedTime(_lookedAt, now);
        if (elapsed < _settings.RefillInterval)
        {
            return;
        }

        _rate = (RateWeight * (_released / elapsed.TotalSeconds)) + ((1 - RateWeight) * _rate);
        TimeSpan latency = _released == 0 ? TimeSpan.Zero : _time.GetElapsedTime(0, _releasedAge / _released);
        double memory = _settings.Mode == AdmissionMode.Adaptive ? _memoryLoad() : 0;
        _limit = AdmissionLimit.Next(_limit, _settings, new AdmissionSample(elapsed, _mostHeld, _rate, latency, memory));
        _lookedAt = now;
        _released = 0;
        _releasedAge = 0;
        _mostHeld = _held;
    }
}
