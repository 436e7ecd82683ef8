using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using MetaStore.Batching.Policies;
using MetaStore.Batching.Settings;
using MetaStore.Batching.Statistics;

namespace MetaStore.Batching;

/// <summary>The open batch, the closed ones that wait to be sent, and the count of those in flight; decides when the open batch is sent.</summary>
/// <remarks>Every member is guarded by the batcher's lock. Nothing here calls out or blocks.</remarks>
internal sealed class BatchPipeline
{
    private readonly BatchBuffer _buffer = new();
    private readonly Queue<ProposalBatch> _cut = new();
    private readonly BatchRecorder _recorder;
    private readonly ulong _memberId;
    private readonly BatchClock _clock;
    private IBatchPolicy _policy;
    private PolicyState _state;
    private ulong _nextId;
    private int _batchesInFlight;
    private int _proposalsInFlight;

    // Largest number of proposals buffered and in flight at once since the last sample.
    private int _demand;

    // Moving average of the demand, like the load, but in proposals and without an upper bound.
    private double _usualDemand;

    // Batches in a row that were sent while there was no other proposal.
    private int _loneBatches;

    // Timestamp until which the callers of the last answered batch are expected back.
    private long _gatherUntil;

    /// <summary>Makes an empty pipeline.</summary>
    /// <param name="memberId">Written into every entry.</param>
    /// <param name="firstId">ID of the first proposal.</param>
    /// <param name="settings">Valid settings.</param>
    /// <param name="clock">Interprets timestamps.</param>
    public BatchPipeline(ulong memberId, ulong firstId, BatchSettings settings, BatchClock clock)
    {
        _memberId = memberId;
        _nextId = firstId;
        _clock = clock;
        Settings = settings;
        _recorder = new BatchRecorder(settings);
        _policy = BatchPolicies.Create(settings);
        _state = _policy.Start(TimeSpan.Zero);
    }

    /// <summary>The current settings.</summary>
    public BatchSettings Settings { get; private set; }

    /// <summary>True while an idle flush is queued on the thread pool: it also handles commits that happen meanwhile.</summary>
    public bool IdleFlushQueued { get; set; }

    /// <summary>True when one proposal is buffered, none is in flight, and the last batches were the same: there is one caller.</summary>
    public bool IsLone => _buffer.Count == 1 && _proposalsInFlight == 0 && _loneBatches >= BatchDefaults.LoneAfter;

    /// <summary>Proposals in the open batch.</summary>
    public int Buffered => _buffer.Count;

    /// <summary>Timestamp at which the open batch leaves even if nothing else happens; only while <see cref="Buffered"/> is not 0.</summary>
    public long Deadline => IsGathering ? Math.Min(_gatherUntil, OldestDeadline) : OldestDeadline;

    /// <summary>With nothing in flight and an open batch, the only cause to wait is that more callers are expected.</summary>
    private bool IsGathering => Settings.FlushWhenIdle && _batchesInFlight == 0;

    private long OldestDeadline => _buffer.OldestEnqueuedAt + _clock.InTimestamps(_state.Timeout);

    /// <summary>
    /// True when the open batch is as large as what is in flight, or nearly full; or when it is half as large and as many proposals as usual are in
    /// progress, so that no others are expected before something is applied.
    /// </summary>
    private bool IsWorthAPlace =>
        _buffer.Count >= Math.Min(_proposalsInFlight, NearlyFull)
        || (_buffer.Count * 2 >= _proposalsInFlight && _buffer.Count + _proposalsInFlight >= _usualDemand - 0.5);

    /// <summary>Three quarters of the current size: from here on the open batch will soon be sent for its size anyway.</summary>
    private int NearlyFull => Math.Max(1, _state.Size * 3 / 4);

    /// <summary>
    /// Proposals to wait for when callers are expected back: half of the usual demand, so that two batches of that size take turns. 0 with
    /// few callers: the batch would hardly grow.
    /// </summary>
    private double Expected => _usualDemand < BatchDefaults.GatherFrom ? 0 : Math.Min(NearlyFull, _usualDemand / 2);

    /// <summary>True when the open batch must be sent before a command of this size.</summary>
    public bool Overflows(int commandBytes) => _buffer.Count > 0 && _buffer.BytesWith(commandBytes) > Settings.MaxBatchBytes;

    /// <summary>True when the open batch, which is not empty, gains nothing by waiting for size or time.</summary>
    /// <remarks>
    /// With nothing in flight it leaves at once, unless many callers were just answered: they come back one by one, and the first of them would
    /// leave alone. While batches are in flight its entry cannot be committed before theirs, so a small one that leaves now costs a log
    /// entry, a write and a message, and then waits for them all the same (ADR 0021).
    /// </remarks>
    public bool IsIdleAt(long now) => Settings.FlushWhenIdle && (_batchesInFlight == 0
        ? now >= _gatherUntil || _buffer.Count >= Expected
        : _batchesInFlight < Settings.PipelineDepth && IsWorthAPlace);

    /// <summary>Why the open batch must leave whatever the time is; null when it may still wait.</summary>
    public FlushReason? FullAt(long now) => _buffer.Count >= _state.Size ? (IsSentByItsFirst(now) ? FlushReason.Idle : FlushReason.Size)
        : _buffer.Bytes >= Settings.MaxBatchBytes ? (IsSentByItsFirst(now) ? FlushReason.Idle : FlushReason.Bytes)
        : null;

    /// <summary>Closes the open batch if its deadline has passed.</summary>
    /// <returns>False when it may still wait.</returns>
    public bool CutIfDue(long now)
    {
        if (now < Deadline)
        {
            return false;
        }

        if (!IsGathering)
        {
            Cut(FlushReason.Timeout, now);
            return true;
        }

        // Fewer callers came back than were expected: the next batch waits for no more than these.
        int count = _buffer.Count;
        Cut(FlushReason.Idle, now);
        _usualDemand = count;
        return true;
    }

    /// <summary>Writes one command into the open batch. If its encoder throws, the batch stays as it was.</summary>
    public void Append<TCommand>(int size, in TCommand command, SpanAction<byte, TCommand> write, IProposalWaiter waiter, long now)
    {
        _buffer.Append(size, command, write, waiter, now);
        _demand = Math.Max(_demand, _buffer.Count + _proposalsInFlight);
    }

    /// <summary>Closes the open batch, unless it is empty, and queues it to be sent.</summary>
    public void CutIfAny(FlushReason reason, long now)
    {
        if (_buffer.Count > 0)
        {
            Cut(reason, now);
        }
    }

    /// <summary>Closes the open batch, which is not empty, and queues it to be sent. From here on it counts as in flight.</summary>
    public void Cut(FlushReason reason, long now)
    {
        int count = _buffer.Count;
        Sample(count, now);
        ProposalBatch batch = _buffer.Cut(_memberId, TakeIds(count), reason, now);
        _batchesInFlight++;
        _proposalsInFlight += count;
        _recorder.Flushed(batch, _clock.Elapsed(now), _clock.MicrosPerTimestamp);
        _cut.Enqueue(batch);
    }

    /// <summary>Closes the open batch without sending it: the caller fails its waiters. Null when it is empty.</summary>
    public ProposalBatch? CutToDrop(long now)
    {
        int count = _buffer.Count;
        if (count == 0)
        {
            return null;
        }

        _recorder.Drop(count);
        return _buffer.Cut(_memberId, TakeIds(count), FlushReason.Drain, now);
    }

    /// <summary>Takes the oldest batch that waits to be sent.</summary>
    public bool TryTakeCut([MaybeNullWhen(false)] out ProposalBatch batch) => _cut.TryDequeue(out batch);

    /// <summary>A batch was sent in its final encoding.</summary>
    public static void OnHandedOver(ProposalBatch batch) => BatchRecorder.Encoded(batch);

    /// <summary>A batch is committed and its callers are completed.</summary>
    /// <param name="batch">The batch.</param>
    /// <param name="slots">Its slots, which are no longer read.</param>
    /// <param name="totalSeconds">Sum of its proposals' ages.</param>
    /// <param name="now">A timestamp.</param>
    public void OnAnswered(ProposalBatch batch, ProposalBatch.Slot[] slots, double totalSeconds, long now)
    {
        _buffer.Reuse(slots);
        _gatherUntil = now + _clock.InTimestamps(_state.Timeout / BatchDefaults.GatherShare);
        _recorder.Committed(batch.Count, _clock.Elapsed(now), totalSeconds);
        Free(batch, now);
    }

    /// <summary>A batch in flight was given up.</summary>
    public void OnGivenUp(ProposalBatch batch, long now)
    {
        BatchRecorder.Drop(batch);
        _gatherUntil = now;
        Free(batch, now);
    }

    /// <summary>Gives the policy a sample while no batch is sent.</summary>
    public void SampleWaiting(long now) => Sample(flushed: 0, now);

    /// <summary>Changes the settings; what is buffered is sent under the old ones first.</summary>
    /// <param name="settings">Valid settings.</param>
    /// <param name="policy">Created from the settings.</param>
    /// <param name="now">Current timestamp.</param>
    public void Configure(BatchSettings settings, IBatchPolicy policy, long now)
    {
        CutIfAny(FlushReason.Drain, now);
        TimeSpan elapsed = _clock.Elapsed(now);
        Settings = settings;
        _recorder.OnConfigured(settings, elapsed);
        _policy = policy;
        _state = policy.Start(elapsed);
    }

    /// <summary>A consistent copy of all statistics.</summary>
    public BatchStats Statistics(long now)
    {
        TimeSpan elapsed = _clock.Elapsed(now);
        BatchTotals total = _recorder.Total(elapsed);
        return new BatchStats
        {
            TotalProposals = total.Proposals,
            TotalBatches = total.Batches,
            CurrentLoad = _state.Load,
            CurrentBatchSize = _state.Size,
            CurrentTimeout = _state.Timeout,
            BufferLength = _buffer.Count,
            BufferBytes = _buffer.Bytes,
            BatchesInFlight = _batchesInFlight,
            ProposalsInFlight = _proposalsInFlight,
            TotalBytes = total.Bytes,
            TotalEncodedBytes = total.EncodedBytes,
            TotalDropped = total.Dropped,
            Flushes = total.Flushes,
            SizeHistogram = total.SizeHistogram,
            WaitHistogram = total.WaitHistogram,
            SinceChange = _recorder.SinceChange(elapsed),
            Modes = _recorder.Modes(elapsed),
            Throughput = _recorder.Throughput(elapsed),
            AverageLatency = _recorder.AverageLatency(elapsed),
            RecentBatches = _recorder.Recent(),
            Settings = Settings,
        };
    }

    /// <summary>
    /// True when one proposal reached a limit and would have left for idle without any. "off" is a limit that was asked for: all its
    /// batches leave for their size.
    /// </summary>
    private bool IsSentByItsFirst(long now) => _buffer.Count == 1 && Settings.Policy != BatchPolicyKind.Off && IsIdleAt(now);

    private void Free(ProposalBatch batch, long now)
    {
        _batchesInFlight--;
        _proposalsInFlight -= batch.Count;
        if (_buffer.Count > 0 && IsIdleAt(now) && !IdleFlushQueued)
        {
            Cut(FlushReason.Idle, now);
        }
    }

    private ulong TakeIds(int count)
    {
        ulong first = _nextId;
        _nextId += (ulong)count;
        return first;
    }

    private void Sample(int flushed, long now)
    {
        TimeSpan elapsed = _clock.Elapsed(now);
        int demand = Math.Max(_demand, _buffer.Count + _proposalsInFlight);
        _demand = 0;
        _loneBatches = demand == 1 ? Math.Min(_loneBatches + 1, BatchDefaults.LoneAfter) : 0;
        _usualDemand += BatchDefaults.LoadWeight * (demand - _usualDemand);
        TimeSpan latency = Settings.Policy == BatchPolicyKind.Target ? _recorder.AverageLatency(elapsed) : TimeSpan.Zero;
        _state = _policy.Next(_state, new LoadSample(demand, flushed, elapsed, latency));
    }
}
