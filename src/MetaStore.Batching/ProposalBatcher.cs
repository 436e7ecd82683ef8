using System.Security.Cryptography;
using MetaStore.Batching.Admission;
using MetaStore.Batching.Entries;
using MetaStore.Batching.Policies;
using MetaStore.Batching.Settings;
using MetaStore.Batching.Statistics;
using MetaStore.IO;

namespace MetaStore.Batching;

/// <summary>Packs proposals of many callers into few log entries (stage 3 of a write).</summary>
/// <remarks>
/// Any thread may enqueue; the command is written into the open batch under a short lock. A batch leaves for the first of the reasons
/// in <see cref="FlushReason"/> and reaches the sink outside of the lock, one at a time, in the order of its ids. Nothing runs while
/// nothing is buffered: the one timer is armed by the first proposal that has to wait, and never once per proposal.
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

    /// <summary>Makes a batcher.</summary>
    /// <param name="memberId">Written into every entry; the apply loop finds its own batches by it.</param>
    /// <param name="settings">Valid settings (<see cref="BatchSettings.Validate"/>).</param>
    /// <param name="sink">Takes the batches.</param>
    /// <param name="time">Clock for timeouts and statistics.</param>
    /// <exception cref="ArgumentException">The settings are not valid.</exception>
    public ProposalBatcher(ulong memberId, BatchSettings settings, IProposalSink sink, TimeProvider time)
        : this(memberId, settings, sink, time, BackgroundWork.ThreadPool, RandomId())
    {
    }

    /// <summary>As above; idle flushes run where <paramref name="background"/> says or, for tests without threads, inside of Enqueue.</summary>
    internal ProposalBatcher(
        ulong memberId, BatchSettings settings, IProposalSink sink, TimeProvider time, BackgroundWork background, ulong firstId, bool flushInline = false,
        BatchDispatcher.Compressor? compress = null)
    {
        BatchSettingsValidator.ThrowIfUnusable(settings);
        Pending = new InFlightBatches(memberId);
        _clock = new BatchClock(time);
        _pipeline = new BatchPipeline(memberId, firstId, settings, _clock);
        _dispatcher = new BatchDispatcher(_gate, _pipeline, Pending, sink, _clock, compress ?? BatchCodec.Compress);
        _timer = new FlushTimer(time, _clock, OnTimer);
        _background = background;
        _flushInline = flushInline;
    }

    /// <summary>Batches on their way; the apply loop takes them from here.</summary>
    public InFlightBatches Pending { get; }

    /// <summary>Hears of each batch that could not be compressed and left without. Any thread; set before the first proposal.</summary>
    public Action<Exception>? CompressionFailed
    {
        get => _dispatcher.CompressionFailed;
        set => _dispatcher.CompressionFailed = value;
    }

    /// <summary>The settings in force.</summary>
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

            _pipeline.Append(command, size, waiter, now);
            if (_pipeline.FullAt(now) is { } reason)
            {
                _pipeline.Cut(reason, now);
                cut = true;
            }
            else if (!_pipeline.IsIdleAt(now))
            {
                _timer.Arm(_pipeline.Deadline, now);
            }
            else if (_flushInline)
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
            // After the calls that this read from the sockets has already queued: a burst leaves as one batch, and no call waits
            // longer than it takes to encode the burst.
            _background.Queue(this);
        }

        if (cut)
        {
            _dispatcher.Run();
        }

        return ProposalAdmissionResult.Accepted;
    }

    /// <summary>A batch is applied and answered: its place in the pipeline is free, and what was buffered meanwhile may leave.</summary>
    /// <remarks>
    /// Any thread, the one that took the batch out of <see cref="Pending"/>, after it has read the last waiter: the slots serve other
    /// batches from here on. A second call for the same batch does nothing.
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

    /// <summary>Gives one batch up: takes it out of <see cref="Pending"/>, frees its place and tells its waiters.</summary>
    /// <returns>False when somebody else has taken it already.</returns>
    public bool Fail(ProposalBatch batch, ProposalFailure reason)
    {
        if (!Pending.TryTake(batch.MemberId, batch.FirstId, out _))
        {
            return false;
        }

        _dispatcher.GiveUp(batch, reason);
        _dispatcher.Run();
        return true;
    }

    /// <summary>Gives up every batch that was flushed longer ago than <paramref name="age"/>; their outcome is unknown.</summary>
    /// <returns>Number of batches given up.</returns>
    public int FailOlderThan(TimeSpan age, ProposalFailure reason) =>
        _dispatcher.GiveUp(Pending.TakeFlushedBefore(_clock.Now - _clock.InTimestamps(age)), reason);

    /// <summary>Gives up every batch that was proposed in a term before <paramref name="term"/> and is not applied.</summary>
    /// <remarks>
    /// For when the first entry of that term is applied: what the leaders before it did not bring into the log by then, nobody will.
    /// Their clients hear it now and not after the whole request timeout.
    /// </remarks>
    /// <returns>Number of batches given up.</returns>
    public int FailProposedBefore(ulong term) => _dispatcher.GiveUp(Pending.TakeProposedBefore(term), ProposalFailure.LeaderChanged);

    /// <summary>Sends off whatever is buffered.</summary>
    public void Drain()
    {
        lock (_gate)
        {
            _pipeline.CutIfAny(FlushReason.Drain, _clock.Now);
        }

        _dispatcher.Run();
    }

    /// <summary>Gives up whatever is buffered: it was never proposed (leadership lost, transfer).</summary>
    /// <returns>Number of proposals dropped.</returns>
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

    /// <summary>Puts other settings in force; what is buffered leaves under the old ones first.</summary>
    /// <remarks>Any thread, at any time. Nothing is lost, doubled or reordered.</remarks>
    /// <exception cref="ArgumentException">The settings are not valid; the old ones stay.</exception>
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

    /// <summary>Refuses new proposals from now on and sends off, or drops, what is buffered. Idempotent.</summary>
    /// <param name="drop">Null sends it off; otherwise it is dropped for this reason.</param>
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

    /// <summary>Stops, dropping what is buffered, and ends the timer.</summary>
    public void Dispose()
    {
        Stop(ProposalFailure.Stopped);
        _timer.Dispose();
    }

    /// <summary>The idle flush that Enqueue has queued.</summary>
    void IThreadPoolWorkItem.Execute()
    {
        lock (_gate)
        {
            _pipeline.IdleFlushQueued = false;
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

        _dispatcher.Run();
    }

    // By chance and not by the clock: the log may still hold ids of an earlier life, and a machine without a battery behind its clock
    // begins each life at the same time. An answer would then go to the caller of another proposal.
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
