using MetaStore.Raft.Runtime.Batching.Compression;
using MetaStore.Raft.Runtime.Batching.Policies;
using MetaStore.Raft.Runtime.Batching.Statistics;

namespace MetaStore.Raft.Runtime.Batching;

/// <summary>Packs proposals of many callers into few log entries (stage 3 of a write).</summary>
/// <remarks>
/// Any thread may enqueue; the command is written into the open batch under a short lock. A batch leaves for the first of the reasons
/// in <see cref="FlushReason"/> and reaches the sink outside of the lock, one at a time, in the order of its ids. Nothing runs while
/// nothing is buffered: the one timer is armed by the first proposal that has to wait, and never once per proposal.
/// </remarks>
public sealed class ProposalBatcher : IThreadPoolWorkItem, IDisposable
{
    private readonly Lock _gate = new();
    private readonly IProposalSink _sink;
    private readonly TimeProvider _time;
    private readonly long _startedAt;
    private readonly double _microsPerTimestamp;
    private readonly bool _flushInline;
    private readonly ITimer _timer;

    // Everything below is guarded by _gate.
    private readonly BatchBuffer _buffer = new();
    private readonly Queue<SharedBatch> _outbox = new();
    private readonly BatchRecorder _recorder = new();
    private BatchSettings _settings;
    private IBatchPolicy _policy;
    private PolicyState _state;
    private ulong _nextId;
    private int _batchesInFlight;
    private int _proposalsInFlight;
    private long _timerDue = long.MaxValue;
    private bool _idleFlushQueued;
    private bool _handingOver;
    private bool _stopped;

    /// <summary>Makes a batcher.</summary>
    /// <param name="memberId">Written into every entry; the apply loop finds its own batches by it.</param>
    /// <param name="settings">Valid settings (<see cref="BatchSettings.Validate"/>).</param>
    /// <param name="sink">Takes the batches.</param>
    /// <param name="time">Clock for timeouts, statistics and the first id.</param>
    /// <exception cref="ArgumentException">The settings are not valid.</exception>
    /// <exception cref="CompressionUnavailableException">The compression's library is not installed.</exception>
    public ProposalBatcher(ulong memberId, BatchSettings settings, IProposalSink sink, TimeProvider time)
        : this(memberId, settings, sink, time, flushInline: false)
    {
    }

    /// <summary>As above; <paramref name="flushInline"/> makes idle flushes happen inside of Enqueue, for tests without threads.</summary>
    internal ProposalBatcher(ulong memberId, BatchSettings settings, IProposalSink sink, TimeProvider time, bool flushInline)
    {
        EnsureValid(settings);
        Pending = new PendingProposals(memberId);
        _settings = settings;
        _policy = BatchPolicies.Create(settings);
        _sink = sink;
        _time = time;
        _startedAt = time.GetTimestamp();
        _microsPerTimestamp = 1e6 / time.TimestampFrequency;
        _flushInline = flushInline;
        _state = _policy.Start(TimeSpan.Zero);

        // Ids of an earlier life are never met again, as long as fewer than 2^20 proposals per millisecond were made in it.
        _nextId = (ulong)time.GetUtcNow().ToUnixTimeMilliseconds() << 20;
        _timer = time.CreateTimer(static state => ((ProposalBatcher)state!).OnTimer(), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    /// <summary>Batches on their way; the apply loop takes them from here.</summary>
    public PendingProposals Pending { get; }

    /// <summary>The settings in force.</summary>
    public BatchSettings Settings
    {
        get
        {
            lock (_gate)
            {
                return _settings;
            }
        }
    }

    /// <summary>A consistent copy of all statistics; costs a few microseconds under the lock.</summary>
    public BatchStats Statistics
    {
        get
        {
            lock (_gate)
            {
                TimeSpan now = Elapsed(_time.GetTimestamp());
                return new BatchStats
                {
                    TotalProposals = _recorder.Proposals,
                    TotalBatches = _recorder.Batches,
                    CurrentLoad = _state.Load,
                    CurrentBatchSize = _state.Size,
                    CurrentTimeout = _state.Timeout,
                    BufferLength = _buffer.Count,
                    BufferBytes = _buffer.Bytes,
                    BatchesInFlight = _batchesInFlight,
                    ProposalsInFlight = _proposalsInFlight,
                    TotalBytes = _recorder.Bytes,
                    TotalEncodedBytes = _recorder.EncodedBytes,
                    TotalDropped = _recorder.Dropped,
                    Flushes = _recorder.Flushes,
                    SizeHistogram = _recorder.Sizes,
                    WaitHistogram = _recorder.Waits,
                    Throughput = _recorder.Throughput(now),
                    AverageLatency = _recorder.AverageLatency(now),
                    RecentBatches = _recorder.Recent(),
                    Settings = _settings,
                };
            }
        }
    }

    /// <summary>Takes one proposal in and encodes it; may hand a batch to the sink before it returns.</summary>
    /// <param name="command">Encoded before this returns; may be reused afterwards.</param>
    /// <param name="waiter">Hears only of a drop; results come from the apply loop, through <see cref="Pending"/>.</param>
    /// <returns>Accepted, TooLarge or Stopped. Proposals of one caller keep their order.</returns>
    public ProposalAdmissionResult Enqueue<TCommand>(in TCommand command, IProposalWaiter waiter)
        where TCommand : ICommandEncoder
    {
        int size = command.Size;
        bool cut = false;
        bool queueIdleFlush = false;
        lock (_gate)
        {
            if (_stopped)
            {
                return ProposalAdmissionResult.Stopped;
            }

            if (size > _settings.MaxCommandBytes)
            {
                return ProposalAdmissionResult.TooLarge;
            }

            long now = _time.GetTimestamp();
            if (_buffer.Count > 0 && _buffer.BytesWith(size) > _settings.MaxBatchBytes)
            {
                Cut_NeedsLock(FlushReason.Bytes, now);
                cut = true;
            }

            _buffer.Append(command, size, waiter, now);
            if (_buffer.Count >= _state.Size)
            {
                Cut_NeedsLock(FlushReason.Size, now);
                cut = true;
            }
            else if (_buffer.Bytes >= _settings.MaxBatchBytes)
            {
                Cut_NeedsLock(FlushReason.Bytes, now);
                cut = true;
            }
            else if (!HasRoom_NeedsLock())
            {
                ArmTimer_NeedsLock(now);
            }
            else if (_flushInline)
            {
                Cut_NeedsLock(FlushReason.Idle, now);
                cut = true;
            }
            else if (!_idleFlushQueued)
            {
                _idleFlushQueued = true;
                queueIdleFlush = true;
            }
        }

        if (queueIdleFlush)
        {
            // Behind the calls that this read from the sockets has already queued: a burst leaves as one batch, and nobody waits
            // longer than it takes to encode the burst.
            ThreadPool.UnsafeQueueUserWorkItem(this, preferLocal: false);
        }

        if (cut)
        {
            HandOver();
        }

        return ProposalAdmissionResult.Accepted;
    }

    /// <summary>A batch is committed: its place in the pipeline is free, and what was buffered meanwhile may leave.</summary>
    /// <remarks>Any thread; a second call for the same batch does nothing.</remarks>
    public void OnBatchDone(SharedBatch batch)
    {
        if (!batch.TrySettle())
        {
            return;
        }

        long now = _time.GetTimestamp();
        double totalSeconds = batch.TotalAge(now) * _microsPerTimestamp * 1e-6;
        lock (_gate)
        {
            _recorder.Committed(batch.Count, Elapsed(now), totalSeconds);
            Free_NeedsLock(batch, now);
        }

        HandOver();
    }

    /// <summary>Gives one batch up: takes it out of <see cref="Pending"/>, frees its place and tells its waiters.</summary>
    /// <returns>False when somebody else has taken it already.</returns>
    public bool Fail(SharedBatch batch, ProposalDrop reason)
    {
        if (!Pending.TryTake(batch.MemberId, batch.FirstId, out _))
        {
            return false;
        }

        GiveUp(batch, reason);
        HandOver();
        return true;
    }

    /// <summary>Gives up every batch that was flushed longer ago than <paramref name="age"/>; their outcome is unknown.</summary>
    /// <returns>Number of batches given up.</returns>
    public int FailOlderThan(TimeSpan age, ProposalDrop reason)
    {
        long before = _time.GetTimestamp() - (long)(age.TotalSeconds * _time.TimestampFrequency);
        return GiveUp(Pending.TakeFlushedBefore(before), reason);
    }

    /// <summary>Gives up every batch that was proposed in a term before <paramref name="term"/> and is not applied.</summary>
    /// <remarks>
    /// For when the first entry of that term is applied: what the leaders before it did not bring into the log by then, nobody will.
    /// Their clients hear it now and not after the whole request timeout.
    /// </remarks>
    /// <returns>Number of batches given up.</returns>
    public int FailProposedBefore(ulong term) => GiveUp(Pending.TakeProposedBefore(term), ProposalDrop.LeaderChanged);

    /// <summary>Sends off whatever is buffered.</summary>
    public void Drain()
    {
        lock (_gate)
        {
            CutIfAny_NeedsLock(FlushReason.Drain, _time.GetTimestamp());
        }

        HandOver();
    }

    /// <summary>Gives up whatever is buffered: it was never proposed (leadership lost, transfer).</summary>
    /// <returns>Number of proposals dropped.</returns>
    public int DropBuffered(ProposalDrop reason)
    {
        SharedBatch batch;
        lock (_gate)
        {
            if (_buffer.Count == 0)
            {
                return 0;
            }

            int count = _buffer.Count;
            batch = _buffer.Cut(Pending.MemberId, TakeIds_NeedsLock(count), FlushReason.Drain, _time.GetTimestamp());
            _recorder.Drop(count);
        }

        batch.Drop(reason);
        return batch.Count;
    }

    /// <summary>Puts other settings in force; what is buffered leaves under the old ones first.</summary>
    /// <remarks>Any thread, at any time. Nothing is lost, doubled or reordered.</remarks>
    /// <exception cref="ArgumentException">The settings are not valid; the old ones stay.</exception>
    /// <exception cref="CompressionUnavailableException">The compression's library is not installed; the old settings stay.</exception>
    public void Configure(BatchSettings settings)
    {
        EnsureValid(settings);
        IBatchPolicy policy = BatchPolicies.Create(settings);
        lock (_gate)
        {
            long now = _time.GetTimestamp();
            CutIfAny_NeedsLock(FlushReason.Drain, now);
            _settings = settings;
            _policy = policy;
            _state = policy.Start(Elapsed(now));
        }

        HandOver();
    }

    /// <summary>Refuses new proposals from now on and sends off, or drops, what is buffered. Idempotent.</summary>
    /// <param name="drop">Null sends it off; otherwise it is dropped for this reason.</param>
    public void Stop(ProposalDrop? drop = null)
    {
        lock (_gate)
        {
            _stopped = true;
        }

        if (drop is { } reason)
        {
            DropBuffered(reason);
        }
        else
        {
            Drain();
        }
    }

    /// <summary>Stops, dropping what is buffered, and ends the timer.</summary>
    public void Dispose()
    {
        Stop(ProposalDrop.Stopped);
        _timer.Dispose();
    }

    /// <summary>The idle flush that Enqueue has queued.</summary>
    void IThreadPoolWorkItem.Execute()
    {
        lock (_gate)
        {
            _idleFlushQueued = false;
            long now = _time.GetTimestamp();
            if (HasRoom_NeedsLock())
            {
                CutIfAny_NeedsLock(FlushReason.Idle, now);
            }
            else if (_buffer.Count > 0)
            {
                ArmTimer_NeedsLock(now);
            }
        }

        HandOver();
    }

    private static void EnsureValid(BatchSettings settings)
    {
        IReadOnlyList<string> faults = settings.Validate();
        if (faults.Count > 0)
        {
            throw new ArgumentException(string.Join("; ", faults), nameof(settings));
        }

        BatchCompressors.EnsureAvailable(settings.Compression);
    }

    private void OnTimer()
    {
        lock (_gate)
        {
            _timerDue = long.MaxValue;
            if (_buffer.Count > 0)
            {
                long now = _time.GetTimestamp();
                if (now >= Deadline_NeedsLock())
                {
                    Cut_NeedsLock(FlushReason.Timeout, now);
                }
                else
                {
                    Sample_NeedsLock(flushed: 0, now);
                    ArmTimer_NeedsLock(now);
                }
            }
        }

        HandOver();
    }

    /// <summary>Passes finished batches on, in order. Whoever finds nobody at it does it, also for the others.</summary>
    private void HandOver()
    {
        while (true)
        {
            SharedBatch batch;
            BatchCompression compression;
            int compressionMinBytes;
            lock (_gate)
            {
                if (_handingOver || !_outbox.TryDequeue(out batch!))
                {
                    return;
                }

                _handingOver = true;
                compression = _settings.Compression;
                compressionMinBytes = _settings.CompressionMinBytes;
            }

            try
            {
                batch.Recode(ProposalCodec.Compress(batch.Data, compression, compressionMinBytes));
                Pending.Add(batch);
                if (!_sink.TryPropose(batch) && Pending.TryTake(batch.MemberId, batch.FirstId, out _))
                {
                    GiveUp(batch, ProposalDrop.Overloaded);
                }
            }
            finally
            {
                lock (_gate)
                {
                    _recorder.Encoded(batch.Data.Length);
                    _handingOver = false;
                }
            }
        }
    }

    private int GiveUp(IReadOnlyList<SharedBatch> batches, ProposalDrop reason)
    {
        foreach (SharedBatch batch in batches)
        {
            GiveUp(batch, reason);
        }

        HandOver();
        return batches.Count;
    }

    private void GiveUp(SharedBatch batch, ProposalDrop reason)
    {
        if (batch.TrySettle())
        {
            lock (_gate)
            {
                _recorder.Drop(batch.Count);
                Free_NeedsLock(batch, _time.GetTimestamp());
            }
        }

        batch.Drop(reason);
    }

    private void Free_NeedsLock(SharedBatch batch, long now)
    {
        _batchesInFlight--;
        _proposalsInFlight -= batch.Count;
        if (HasRoom_NeedsLock() && !_idleFlushQueued)
        {
            CutIfAny_NeedsLock(FlushReason.Idle, now);
        }
    }

    private bool HasRoom_NeedsLock() => _settings.FlushWhenIdle && _batchesInFlight < _settings.PipelineDepth;

    private void CutIfAny_NeedsLock(FlushReason reason, long now)
    {
        if (_buffer.Count > 0)
        {
            Cut_NeedsLock(reason, now);
        }
    }

    private void Cut_NeedsLock(FlushReason reason, long now)
    {
        int count = _buffer.Count;
        Sample_NeedsLock(count, now);
        SharedBatch batch = _buffer.Cut(Pending.MemberId, TakeIds_NeedsLock(count), reason, now);
        _batchesInFlight++;
        _proposalsInFlight += count;
        _recorder.Flushed(batch, Elapsed(now), _microsPerTimestamp);
        _outbox.Enqueue(batch);
    }

    private ulong TakeIds_NeedsLock(int count)
    {
        ulong first = _nextId;
        _nextId += (ulong)count;
        return first;
    }

    private void Sample_NeedsLock(int flushed, long now)
    {
        TimeSpan elapsed = Elapsed(now);
        int outstanding = _settings.FlushWhenIdle ? _proposalsInFlight : 0;
        TimeSpan latency = _settings.Policy == BatchPolicyKind.Target ? _recorder.AverageLatency(elapsed) : TimeSpan.Zero;
        _state = _policy.Next(_state, new LoadSample(_buffer.Count, outstanding, flushed, elapsed, latency));
    }

    private long Deadline_NeedsLock() => _buffer.OldestEnqueuedAt + (long)(_state.Timeout.TotalSeconds * _time.TimestampFrequency);

    /// <summary>Arms the timer unless it will fire soon enough anyway; when it fires too early it is armed for the rest.</summary>
    private void ArmTimer_NeedsLock(long now)
    {
        long deadline = Deadline_NeedsLock();
        if (deadline < _timerDue)
        {
            _timerDue = deadline;
            double milliseconds = Math.Ceiling((deadline - now) * _microsPerTimestamp / 1e3);
            _timer.Change(TimeSpan.FromMilliseconds(Math.Max(milliseconds, 1)), Timeout.InfiniteTimeSpan);
        }
    }

    private TimeSpan Elapsed(long now) => TimeSpan.FromMicroseconds((now - _startedAt) * _microsPerTimestamp);
}
