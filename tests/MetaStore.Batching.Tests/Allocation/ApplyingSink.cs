using System.Runtime.InteropServices;
using MetaStore.Batching.Entries;

namespace MetaStore.Batching.Tests.Allocation;

/// <summary>
/// Replaces log and apply loop: keeps up to <paramref name="inFlight"/> batches, decodes the oldest, removes it from the pending batches and reads
/// every waiter. Counts the arrays that contain the entries. Does not allocate.
/// </summary>
internal sealed class ApplyingSink(int inFlight = 0)
{
    private readonly Queue<ProposalBatch> _batches = new(inFlight + 1);
    private byte[]? _array;
    private long _proposals;

    /// <summary>Set before the first proposal.</summary>
    public ProposalBatcher? Batcher { get; set; }

    public long Batches { get; private set; }

    /// <summary>Updated after all other counters of the batch.</summary>
    public long Proposals => Volatile.Read(ref _proposals);

    /// <summary>Arrays that contain entries, and their lengths: the garbage-collected memory of the entries themselves.</summary>
    public long Arrays { get; private set; }

    public long ArrayBytes { get; private set; }

    /// <summary>Batches by <see cref="FlushReason"/>.</summary>
    public long[] Reasons { get; } = new long[Enum.GetValues<FlushReason>().Length];

    public bool TryPropose(ProposalBatch batch)
    {
        Batches++;
        Reasons[(int)batch.Reason]++;
        MemoryMarshal.TryGetArray(batch.Data, out ArraySegment<byte> segment);
        if (!ReferenceEquals(_array, segment.Array))
        {
            _array = segment.Array!;
            Arrays++;
            ArrayBytes += _array.Length;
        }

        _batches.Enqueue(batch);
        if (_batches.Count > inFlight)
        {
            Apply();
        }

        Volatile.Write(ref _proposals, _proposals + batch.Count);
        return true;
    }

    /// <summary>Applies the oldest batch in flight.</summary>
    public void Apply()
    {
        BatchReader proposals = BatchCodec.Decode(_batches.Dequeue().Data);
        if (!Batcher!.Pending.TryTake(proposals.MemberId, proposals.FirstId, out ProposalBatch? waiting, proposals.Count))
        {
            throw new InvalidOperationException("a batch that was sent is not pending");
        }

        int position = 0;
        foreach (ReadOnlyMemory<byte> command in proposals)
        {
            if (command.Length < SmallCommand.BytesMin || waiting.WaiterAt(position) is not SilentWaiter)
            {
                throw new InvalidOperationException("another command or another waiter than was handed in");
            }

            position++;
        }

        Batcher.OnBatchDone(waiting);
    }
}
