using MetaStore.Batching.Admission.Queueing;

namespace MetaStore.Batching.Admission;

/// <summary>State of admission: credits held, calls waiting, and which is next. Guarded by the lock of its <see cref="ProposalAdmission"/>; times are timestamps.</summary>
internal sealed class AdmissionBook(AdmissionSettings settings, TimeProvider time, AdmissionLoad load)
{
    /// <summary>Under sustained overload new calls wait for <see cref="AdmissionSettings.MaxWait"/> divided by this.</summary>
    private const int OverloadedWaitShare = 4;

    /// <summary>Minimum number of bytes per turn.</summary>
    private const long TurnMin = 1024;

    /// <summary>Interval of checking all deadlines; in between only the oldest call of each connection is checked, whose deadline usually passes first.</summary>
    private static readonly TimeSpan _thoroughInterval = TimeSpan.FromMilliseconds(200);

    /// <summary>Time after two connections took credits in turn for which the member counts as shared.</summary>
    private static readonly TimeSpan _sharedFor = TimeSpan.FromSeconds(1);

    private readonly AdmissionQueue _queue = new();
    private readonly ActiveConnections _active = new();
    private int _limit = settings.Initial;
    private int _held;
    private int _heldEssential;
    private long _heldBytes;
    private ConnectionCredits? _lastOrdinary;
    private long _sharedUntil;
    private long _scarceSince;
    private long _thoroughAt;
    private long _totalAdmitted;
    private long _totalWaited;
    private long _totalRefused;

    public AdmissionSettings Settings { get; private set; } = settings;

    /// <summary>Called with the duration of each wait when it ends.</summary>
    public Action<TimeSpan>? Waited { get; set; }

    /// <summary>Number of waiting calls.</summary>
    public int Waiting => _queue.Count;

    public AdmissionStats Statistics => new()
    {
        Limit = _limit,
        Held = _held,
        HeldBytes = _heldBytes,
        HeldEssential = _heldEssential,
        Waiting = _queue.Count,
        WaitingBytes = _queue.Bytes,
        TotalAdmitted = _totalAdmitted,
        TotalWaited = _totalWaited,
        TotalRefused = _totalRefused,
        Connections = _active.Count,
        MostHeldByOne = _active.MostHeld(),
        Rate = load.Rate,
        MemoryLoad = load.Memory,
    };

    /// <summary>Credits in use, excluding the reserved ones.</summary>
    private int HeldOrdinary => _held - Math.Min(_heldEssential, Settings.Reserved);

    /// <summary>Bytes per turn at which bytes and credits are equally scarce.</summary>
    private long Turn => Math.Max(Settings.MaxBytes / _limit, TurnMin);

    /// <summary>Takes a credit if one is free and no call that could use it waits.</summary>
    public bool TryTake(ConnectionCredits connection, int bytes, AdmissionClass kind, long now)
    {
        if (!_queue.Of(kind).IsEmpty || !Fits(connection, bytes, kind, now))
        {
            return false;
        }

        Take(connection, bytes, kind, now);
        return true;
    }

    /// <summary>Adds a waiting call; null when it may not wait.</summary>
    public AdmissionWaiter? TryWait(WaitingCalls queue, int bytes, long now, TimeSpan patience)
    {
        TimeSpan longest = LongestWait(queue.Class, now);
        TimeSpan wait = patience < longest ? patience : longest;
        if (wait <= TimeSpan.Zero || !_queue.HasPlace(queue, bytes, Places(longest), Settings.MaxWaitingBytes))
        {
            _totalRefused++;
            return null;
        }

        AdmissionWaiter waiter = new(queue, bytes, now, now + (long)(wait.TotalSeconds * time.TimestampFrequency));
        _active.Enter(queue.Connection);
        _queue.Add(waiter);
        GiveTurn(queue, now);
        _totalWaited++;
        return waiter;
    }

    /// <summary>True when another ordinary call of a connection, of any size, would be rejected now; it is counted as rejected then.</summary>
    public bool RefusesNext(ConnectionCredits connection, long now)
    {
        WaitingCalls queue = connection.Ordinary;
        if (_queue.Count == 0 || _queue.HasPlace(queue, bytes: 0, Places(LongestWait(AdmissionClass.Ordinary, now)), Settings.MaxWaitingBytes))
        {
            return false;
        }

        _totalRefused++;
        return true;
    }

    public void Release(ConnectionCredits connection, int bytes, AdmissionClass kind, long age, long now)
    {
        _held--;
        _heldBytes -= bytes;
        connection.Held--;
        load.OnReleased(age);
        if (kind == AdmissionClass.Essential)
        {
            _heldEssential--;
        }
        else
        {
            connection.HeldOrdinary--;
            GiveTurn(connection.Ordinary, now);
        }

        _active.LeaveIfIdle(connection);
    }

    public void Configure(AdmissionSettings changed, long now)
    {
        Settings = changed;
        _limit = changed.Mode == AdmissionMode.Fixed ? changed.Initial : Math.Clamp(_limit, changed.Min, changed.Max);
        for (ConnectionCredits? connection = _active.First; connection is not null; connection = connection.NextActive)
        {
            GiveTurn(connection.Ordinary, now);
        }
    }

    /// <summary>Admits as many calls as the credits allow. The next call keeps its turn until its bytes fit, so that large calls are not overtaken forever.</summary>
    public void Admit(long now)
    {
        if (_queue.Count > 0)
        {
            Admit(AdmissionClass.Essential, now);
            Admit(AdmissionClass.Ordinary, now);

            // Credits that no ordinary call wants.
            Admit(AdmissionClass.Essential, now);
        }
    }

    /// <summary>Rejects the calls whose deadline has passed, or all of them.</summary>
    /// <param name="now">Current timestamp.</param>
    /// <param name="all">Null: only those whose deadline has passed.</param>
    public void Refuse(long now, ProposalAdmissionResult? all = null)
    {
        bool thorough = time.GetElapsedTime(_thoroughAt, now) >= _thoroughInterval;
        _thoroughAt = thorough ? now : _thoroughAt;
        for (ConnectionCredits? connection = _active.First; connection is not null;)
        {
            ConnectionCredits? next = connection.NextActive;
            Refuse(connection.Ordinary, now, thorough, all);
            Refuse(connection.Essential, now, thorough, all);
            connection = next;
        }
    }

    /// <summary>Adjusts the number of credits, at most once per interval, and only when a call arrives.</summary>
    public void Look(long now)
    {
        if (load.TryLook(now, Settings.RefillInterval, HeldOrdinary, _queue.Count > 0, out AdmissionSample sample))
        {
            _limit = AdmissionLimit.Next(_limit, Settings, sample);
        }
    }

    private void Admit(AdmissionClass kind, long now)
    {
        FairTurns turns = _queue.Of(kind);
        while (turns.Next(Turn) is { } queue)
        {
            if (kind == AdmissionClass.Ordinary && !HasShare(queue.Connection, now))
            {
                turns.Leave(queue);
                continue;
            }

            AdmissionWaiter waiter = queue.First!;
            if (!Fits(queue.Connection, waiter.Bytes, kind, now))
            {
                return;
            }

            if (waiter.Deadline <= now)
            {
                Refuse(waiter, now, ProposalAdmissionResult.Overloaded);
                continue;
            }

            FairTurns.Charge(queue, waiter.Bytes, Turn);
            _queue.Remove(waiter);
            Take(queue.Connection, waiter.Bytes, kind, now);
            GiveTurn(queue, now);
            End(waiter, now, ProposalAdmissionResult.Accepted);
        }
    }

    private bool Fits(ConnectionCredits connection, int bytes, AdmissionClass kind, long now) => kind == AdmissionClass.Essential
        ? _heldEssential < Settings.Reserved || (HeldOrdinary < _limit && _queue.Of(AdmissionClass.Ordinary).IsEmpty)
        : HeldOrdinary < _limit && HasShare(connection, now) && (_heldBytes + bytes <= Settings.MaxBytes || _held == _heldEssential);

    /// <summary>The limit of one connection holds only while others propose as well: it is for them, and would cost a client that is alone throughput.</summary>
    private bool HasShare(ConnectionCredits connection, long now) =>
        Settings.PerConnection == 0 || connection.HeldOrdinary < Settings.PerConnection || now >= _sharedUntil;

    private void Take(ConnectionCredits connection, int bytes, AdmissionClass kind, long now)
    {
        _held++;
        _heldBytes += bytes;
        connection.Held++;
        _totalAdmitted++;
        if (kind == AdmissionClass.Essential)
        {
            _heldEssential++;
        }
        else
        {
            connection.HeldOrdinary++;
            if (connection != _lastOrdinary)
            {
                _sharedUntil = _lastOrdinary is null ? now : now + (long)(_sharedFor.TotalSeconds * time.TimestampFrequency);
                _lastOrdinary = connection;
            }
        }

        load.MostHeld = Math.Max(load.MostHeld, HeldOrdinary);
        _active.Enter(connection);
    }

    /// <summary>How many calls may wait: as many as can be expected to get a credit within the longest wait. More would hold memory only to be rejected later.</summary>
    private int Places(TimeSpan longest) => (int)Math.Min(Settings.MaxWaiting, Math.Max(Settings.Min, load.Expected * longest.TotalSeconds));

    private TimeSpan LongestWait(AdmissionClass kind, long now)
    {
        bool isOverloaded = kind == AdmissionClass.Ordinary && !_queue.Of(kind).IsEmpty && time.GetElapsedTime(_scarceSince, now) > Settings.MaxWait;
        return isOverloaded ? Settings.MaxWait / OverloadedWaitShare : Settings.MaxWait;
    }

    /// <summary>A connection takes turns while it has waiting calls and is below its own limit.</summary>
    private void GiveTurn(WaitingCalls queue, long now)
    {
        if (queue.Count == 0)
        {
            return;
        }

        FairTurns turns = _queue.Of(queue.Class);
        if (queue.Class == AdmissionClass.Ordinary && !HasShare(queue.Connection, now))
        {
            turns.Leave(queue);
            return;
        }

        if (queue.Class == AdmissionClass.Ordinary && turns.IsEmpty)
        {
            _scarceSince = now;
        }

        turns.Enter(queue, Turn);
    }

    private void Refuse(WaitingCalls queue, long now, bool thorough, ProposalAdmissionResult? all)
    {
        for (AdmissionWaiter? waiter = queue.First; waiter is not null;)
        {
            AdmissionWaiter? next = waiter.Next;
            bool isOver = all is not null || waiter.Deadline <= now;
            if (isOver)
            {
                Refuse(waiter, now, all ?? ProposalAdmissionResult.Overloaded);
            }

            waiter = isOver || thorough ? next : null;
        }
    }

    private void Refuse(AdmissionWaiter waiter, long now, ProposalAdmissionResult result)
    {
        _queue.Remove(waiter);
        _active.LeaveIfIdle(waiter.Queue.Connection);
        _totalRefused++;
        End(waiter, now, result);
    }

    private void End(AdmissionWaiter waiter, long now, ProposalAdmissionResult result)
    {
        Waited?.Invoke(time.GetElapsedTime(waiter.Since, now));
        waiter.TrySetResult(result);
    }
}
