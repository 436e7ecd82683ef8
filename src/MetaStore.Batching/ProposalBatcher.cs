using System.Buffers;
using System.Security.Cryptography;
using MetaStore.Batching.Admission;
using MetaStore.Batching.Entries;
using MetaStore.Batching.Policies;
using MetaStore.Batching.Settings;
using MetaStore.Batching.Statistics;
using MetaStore.IO;
using MetaStore.IO.Turns;

namespace MetaStore.Batching;

/// <summary>Combines proposals of many callers into few log entries (stage 3 of a write).</summary>
/// <remarks>
/// Any thread may enqueue; the command is encoded into the open batch under a short lock. A batch is sent for the first of the reasons in
/// <see cref="FlushReason"/> and proposed without the lock, one at a time, in ID order. An empty batcher does no work: its one timer is
/// started by the first proposal that has to wait, never once per proposal.
/// </remarks>
public sealed class ProposalBatcher : IThreadPoolWorkItem, IDisposable
{
    private readonly Lock _gate = new();
    private readonly BatchClock _clock;
    private readonly BatchDispatcher _dispatcher;
    private readonly BackgroundWork _background;
    private readonly bool _flushInline;

    // Guarded by _gate.
    private readonly BatchPipeline _pipeline;
    private readonly FlushTimer _timer;
    private bool _stopped;

    /// <summary>Creates a batcher.</summary>
    /// <param name="memberId">Written into every entry; the apply loop recognizes this member's batches by it.</param>
    /// <param name="settings">Valid settings (<see cref="BatchSettings.Validate"/>).</param>
    /// <param name="propose">
    /// Receives each batch once, one call at a time, in ID order, on any thread, without the batcher's lock; must not block. False when the node's
    /// bounded mailbox is full: the batch is not proposed, and its waiters fail as overloaded. Otherwise <see cref="ProposalBatch.OnProposed"/> follows.
    /// </param>
    /// <param name="time">Clock for timeouts and statistics.</param>
    /// <exception cref="ArgumentException">The settings are invalid.</exception>
    public ProposalBatcher(ulong memberId, BatchSettings settings, Func<ProposalBatch, bool> propose, TimeProvider time)
        : this(memberId, settings, propose, time, BackgroundWork.ThreadPool, RandomId())
    {
    }

    /// <summary>As above; idle flushes run on <paramref name="background"/> or, for tests without threads, inside Enqueue.</summary>
    internal ProposalBatcher(
        ulong memberId, BatchSettings settings, Func<ProposalBatch, bool> propose, TimeProvider time, BackgroundWork background, ulong firstId, bool flushInline = false,
        BatchDispatcher.Compressor? compress = null)
    {
        BatchSettingsValidator.ThrowIfUnusable(settings);
        Pending = new InFlightBatches(memberId);
        _clock = new BatchClock(time);
        _pipeline = new BatchPipeline(memberId, firstId, settings, _clock);
        _dispatcher = new BatchDispatcher(_gate, _pipeline, Pending, propose, _clock, compress ?? BatchCodec.Compress);
        _timer = new FlushTimer(time, _clock, OnTimer);
        _background = background;
        _flushInline = flushInline;
    }

    /// <summary>Batches in flight; the apply loop takes them from here.</summary>
    public InFlightBatches Pending { get; }

    /// <summary>Called for each batch that could not be compressed and was sent uncompressed. Any thread; set before the first proposal.</summary>
    public Action<Exception>? CompressionFailed
    {
        get => _dispatcher.CompressionFailed;
        set => _dispatcher.CompressionFailed = value;
    }

    /// <summary>The current settings.</summary>
    public BatchSettings Settings
    {
        get
        {
            lock (_gate)
            {
                return _pipeline.Settings;
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
                return _pipeline.Statistics(_clock.Now);
            }
        }
    }

    /// <summary>Buffers one proposal; may propose a batch before it returns.</summary>
    /// <param name="size">Bytes that <paramref name="write"/> fills.</param>
    /// <param name="command">What to encode; encoded, once, before this returns.</param>
    /// <param name="write">
    /// Fills exactly <paramref name="size"/> bytes of the buffer that becomes the log entry; they are not cleared before. Runs under the batcher's lock: must
    /// neither block nor call back. If it throws, Enqueue throws, and nothing is buffered.
    /// </param>
    /// <param name="waiter">Called only on failure; results come from the apply loop, through <see cref="Pending"/>.</param>
    /// <param name="isBurst">More follow at once on this thread, and then <see cref="EndBurst"/>: until then nothing leaves for being idle.</param>
    /// <returns>Accepted, TooLarge or Stopped. Proposals of one caller keep their order.</returns>
    public ProposalAdmissionResult Enqueue<TCommand>(int size, in TCommand command, SpanAction<byte, TCommand> write, IProposalWaiter waiter, bool isBurst = false)
    {
        ArgumentNullException.ThrowIfNull(write);
        bool cut = false;
        bool isLone;
        bool queueIdleFlush = false;
        lock (_gate)
        {
            if (_stopped)
            {
                return ProposalAdmissionResult.Stopped;
            }

            if (size > _pipeline.Settings.MaxCommandBytes)
            {
                return ProposalAdmissionResult.TooLarge;
            }

            long now = _clock.Now;
            if (_pipeline.Overflows(size))
            {
                _pipeline.Cut(FlushReason.Bytes, now);
                cut = true;
            }

            _pipeline.Append(size, command, write, waiter, now);
            isLone = _pipeline.IsLone;
            if (_pipeline.FullAt(now) is { } reason)
            {
                _pipeline.Cut(reason, now);
                cut = true;
            }
            else if (!_pipeline.IsIdleAt(now))
            {
                _timer.Arm(_pipeline.Deadline, now);
            }
            else if (isBurst)
            {
                // EndBurst follows.
            }
            else if (_flushInline || isLone)
            {
                _pipeline.Cut(FlushReason.Idle, now);
                cut = true;
            }
            else if (!_pipeline.IdleFlushQueued)
            {
                _pipeline.IdleFlushQueued = true;
                queueIdleFlush = true;
            }
        }

        if (queueIdleFlush)
        {
            // Runs after the calls that the same socket read has already queued: a burst is sent as one batch, and no call waits longer than it takes to
            // encode the burst.
            _background.Queue(this);
        }

        if (cut)
        {
            Dispatch(isLone && !isBurst);
        }

        return ProposalAdmissionResult.Accepted;
    }

    /// <summary>A batch is applied and its callers are completed: its place in the pipeline is free, and what was buffered meanwhile may be sent.</summary>
    /// <remarks>
    /// Called on any thread by the caller that took the batch out of <see cref="Pending"/>, after it has read the last waiter: the slots are reused
    /// from here on. A second call for the same batch has no effect.
    /// </remarks>
    public void OnBatchDone(ProposalBatch batch)
    {
        if (!batch.TrySettle())
        {
            return;
        }

        long now = _clock.Now;
        double totalSeconds = batch.TotalAge(now) * _clock.MicrosPerTimestamp * 1e-6;
        ProposalBatch.Slot[] slots = batch.TakeSlots();
        lock (_gate)
        {
            _pipeline.OnAnswered(batch, slots, totalSeconds, now);
            if (_pipeline.Buffered > 0 && !_pipeline.IdleFlushQueued)
            {
                _timer.Arm(_pipeline.Deadline, now);
            }
        }

        _dispatcher.Run();
    }

    /// <summary>Gives up every batch that was flushed longer ago than <paramref name="age"/>; their outcome is unknown.</summary>
    /// <returns>Number of batches given up.</returns>
    public int FailOlderThan(TimeSpan age, ProposalFailure reason) =>
        _dispatcher.GiveUp(Pending.TakeFlushedBefore(_clock.Now - _clock.InTimestamps(age)), reason);

    /// <summary>Gives up every batch that was proposed in a term before <paramref name="term"/> and is not applied.</summary>
    /// <remarks>
    /// Called when the first entry of a new term is applied: proposals of earlier terms that are not in the log by then can no longer be committed.
    /// Their clients fail now and not after the whole request timeout.
    /// </remarks>
    /// <returns>Number of batches given up.</returns>
    public int FailProposedBefore(ulong term) => _dispatcher.GiveUp(Pending.TakeProposedBefore(term), ProposalFailure.LeaderChanged);

    /// <summary>Sends the open batch.</summary>
    public void Drain()
    {
        lock (_gate)
        {
            _pipeline.CutIfAny(FlushReason.Drain, _clock.Now);
        }

        _dispatcher.Run();
    }

    /// <summary>Fails everything buffered: it was never proposed (leadership lost or transferred).</summary>
    /// <returns>Number of proposals failed.</returns>
    public int DropBuffered(ProposalFailure reason)
    {
        ProposalBatch? batch;
        lock (_gate)
        {
            batch = _pipeline.CutToDrop(_clock.Now);
        }

        batch?.Drop(reason);
        return batch?.Count ?? 0;
    }

    /// <summary>Changes the settings; what is buffered is sent under the old ones first.</summary>
    /// <remarks>Any thread, at any time. Nothing is lost, duplicated or reordered.</remarks>
    /// <exception cref="ArgumentException">The settings are invalid; the old ones stay.</exception>
    public void Configure(BatchSettings settings)
    {
        BatchSettingsValidator.ThrowIfUnusable(settings);
        IBatchPolicy policy = BatchPolicies.Create(settings);
        lock (_gate)
        {
            _pipeline.Configure(settings, policy, _clock.Now);
        }

        _dispatcher.Run();
    }

    /// <summary>Rejects new proposals from now on and sends, or fails, what is buffered. Idempotent.</summary>
    /// <param name="drop">Null sends it; otherwise it fails for this reason.</param>
    public void Stop(ProposalFailure? drop = null)
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

    /// <summary>Stops, failing what is buffered, and disposes the timer.</summary>
    public void Dispose()
    {
        Stop(ProposalFailure.Stopped);
        _timer.Dispose();
    }

    /// <summary>Ends a burst: sends what is buffered if nothing is gained by waiting, on this thread.</summary>
    public void EndBurst() => FlushIfIdle(wasQueued: false);

    /// <summary>The idle flush queued by Enqueue.</summary>
    void IThreadPoolWorkItem.Execute() => FlushIfIdle(wasQueued: true);

    private void FlushIfIdle(bool wasQueued)
    {
        bool isLone;
        lock (_gate)
        {
            isLone = _pipeline.IsLone;
            _pipeline.IdleFlushQueued &= !wasQueued;
            long now = _clock.Now;
            if (_pipeline.Buffered > 0 && _pipeline.IsIdleAt(now))
            {
                _pipeline.Cut(FlushReason.Idle, now);
            }
            else if (_pipeline.Buffered > 0)
            {
                _timer.Arm(_pipeline.Deadline, now);
            }
        }

        Dispatch(isLone);
    }

    /// <summary>Sends the closed batches.</summary>
    /// <param name="carriesOn">
    /// There is one caller: what follows in this member runs on this thread, which would otherwise only wait for it. Outside of the dispatcher, which
    /// other callers need even while a disk hangs.
    /// </param>
    private void Dispatch(bool carriesOn)
    {
        if (!carriesOn)
        {
            _dispatcher.Run();
            return;
        }

        RunToCompletion.Begin(mayWaitForDisk: true);
        try
        {
            _dispatcher.Run();
        }
        finally
        {
            RunToCompletion.End();
        }
    }

    // Random instead of derived from the clock: the log may still contain IDs from before a restart, and a machine whose clock has no battery starts
    // at the same time after each boot. A response would then go to the caller of another proposal.
    private static ulong RandomId()
    {
        Span<byte> bytes = stackalloc byte[sizeof(ulong)];
        RandomNumberGenerator.Fill(bytes);
        return BitConverter.ToUInt64(bytes) >> 1;
    }

    private void OnTimer()
    {
        lock (_gate)
        {
            _timer.Fired();
            if (_pipeline.Buffered > 0)
            {
                long now = _clock.Now;
                if (!_pipeline.CutIfDue(now))
                {
                    _pipeline.SampleWaiting(now);
                    _timer.Arm(_pipeline.Deadline, now);
                }
            }
        }

        _dispatcher.Run();
    }
}
