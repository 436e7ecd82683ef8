using MetaStore.Batching;
using MetaStore.Batching.Entries;
using MetaStore.Batching.Settings;
using MetaStore.IO;

namespace MetaStore.Benchmarks.Batching;

/// <summary>
/// Replaces log and apply loop: keeps <paramref name="inFlight"/> batches, then decodes the oldest, takes it from the pending ones and enumerates its
/// commands. No disk, no network: only the batcher and the codec are measured.
/// </summary>
internal sealed class ApplyingSink(int inFlight = 0) : IProposalWaiter
{
    private readonly Queue<ProposalBatch> _batches = new(inFlight + 1);

    /// <summary>Set before the first proposal.</summary>
    public ProposalBatcher? Batcher { get; set; }

    /// <summary>Number of applied commands.</summary>
    public long Applied => Volatile.Read(ref _applied);

    private long _applied;

    /// <summary>A batcher with these settings and a new sink.</summary>
    public static (ProposalBatcher Batcher, ApplyingSink Sink) Create(BatchSettings settings, int inFlight = 0)
    {
        var sink = new ApplyingSink(inFlight);
        sink.Batcher = new ProposalBatcher(1, settings, sink.TryPropose, TimeProvider.System, BackgroundWork.ThreadPool, firstId: 1, flushInline: true);
        return (sink.Batcher, sink);
    }

    public bool TryPropose(ProposalBatch batch)
    {
        _batches.Enqueue(batch);
        if (_batches.Count > inFlight)
        {
            ApplyOldest();
        }

        return true;
    }

    void IProposalWaiter.Fail(ProposalFailure reason) => throw new InvalidOperationException($"dropped: {reason}");

    private void ApplyOldest()
    {
        var entry = _batches.Dequeue();
        var proposals = BatchCodec.Decode(entry.Data);
        if (!Batcher!.Pending.TryTake(proposals.MemberId, proposals.FirstId, out var waiting, proposals.Count))
        {
            throw new InvalidOperationException("a batch that was sent is not pending");
        }

        var bytes = 0;
        foreach (var command in proposals)
        {
            bytes += command.Length;
        }

        if (bytes == 0)
        {
            throw new InvalidOperationException("a batch without content");
        }

        Volatile.Write(ref _applied, _applied + proposals.Count);
        Batcher.OnBatchDone(waiting);
    }
}
