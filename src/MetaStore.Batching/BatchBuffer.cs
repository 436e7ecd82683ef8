using System.Buffers.Binary;
using MetaStore.Batching.Entries;

namespace MetaStore.Batching;

/// <summary>The open batch: commands are written here once, and the same bytes are the log entry.</summary>
/// <remarks>
/// Batches are cut one behind the other out of a chunk of <see cref="ChunkBytes"/>, so nothing is copied, rounded up or returned; the
/// garbage collector takes a chunk back when the log has let go of the last entry in it. Neighbours in a chunk are neighbours in the
/// log and are let go together (ADR 0006). Not thread-safe: the batcher's lock guards it.
/// </remarks>
internal sealed class BatchBuffer
{
    /// <summary>
    /// 256 KiB: three batches of 256 puts of 256 bytes. In 64 KiB such a batch moves while it grows (0.2 microseconds a put and
    /// 60 % of memory more); 1 MiB gains nothing measurable and keeps more alive behind a single entry (ADR 0006).
    /// </summary>
    internal const int ChunkBytes = 256 << 10;

    private readonly SlotPool _pool = new();
    private byte[] _chunk = [];
    private int _start;
    private int _end;
    private ProposalBatch.Slot[] _slots = new ProposalBatch.Slot[1];

    /// <summary>Proposals in the open batch.</summary>
    public int Count { get; private set; }

    /// <summary>Bytes the open batch would have as an entry, if wrapped; 0 when it is empty.</summary>
    public int Bytes => Count == 0 ? 0 : _end - _start;

    /// <summary>When the first proposal came in; only while <see cref="Count"/> is not 0.</summary>
    public long OldestEnqueuedAt => _slots[0].EnqueuedAt;

    /// <summary>Bytes of the entry if a command of this size came in.</summary>
    public int BytesWith(int commandBytes) =>
        Count == 0 ? BatchFormat.Headroom + commandBytes : Bytes + BatchFormat.LengthBytes + commandBytes;

    /// <summary>Writes one command. If its encoder throws, the open batch stays as it was.</summary>
    public void Append<TCommand>(in TCommand command, int size, IProposalWaiter waiter, long now)
        where TCommand : ICommandEncoder
    {
        int at = Count == 0 ? _start + BatchFormat.BatchHeaderBytes : _end;
        int end = at + BatchFormat.LengthBytes + size;
        if (end > _chunk.Length)
        {
            int used = Count == 0 ? BatchFormat.BatchHeaderBytes : _end - _start;
            MoveToNewChunk(used + BatchFormat.LengthBytes + size);
            at = used;
            end = at + BatchFormat.LengthBytes + size;
        }

        BinaryPrimitives.WriteUInt32LittleEndian(_chunk.AsSpan(at), (uint)size);
        command.Write(_chunk.AsSpan(at + BatchFormat.LengthBytes, size));
        if (Count == _slots.Length)
        {
            Array.Resize(ref _slots, _slots.Length * 2);
        }

        _slots[Count] = new ProposalBatch.Slot { Waiter = waiter, EnqueuedAt = now };
        Count++;
        _end = end;
    }

    /// <summary>The slots of a batch that is answered serve the next ones.</summary>
    /// <param name="slots">Without content, see <see cref="ProposalBatch.TakeSlots"/>.</param>
    public void Reuse(ProposalBatch.Slot[] slots) => _pool.Return(slots);

    /// <summary>Closes the open batch and starts the next. Only when <see cref="Count"/> is not 0.</summary>
    public ProposalBatch Cut(ulong memberId, ulong firstId, FlushReason reason, long now)
    {
        ReadOnlyMemory<byte> data = BatchCodec.Seal(_chunk.AsMemory(_start, _end - _start), memberId, firstId, Count);
        ProposalBatch batch = new(memberId, firstId, Count, _slots, data, reason, now);

        // The next batch is expected to be about as large as this one was.
        _slots = _pool.Take(expected: Count);
        _start = _end;
        Count = 0;
        return batch;
    }

    private void MoveToNewChunk(int needed)
    {
        // Doubling what a growing batch needs keeps the copying of one batch linear in its size.
        byte[] chunk = GC.AllocateUninitializedArray<byte>(needed <= ChunkBytes ? ChunkBytes : checked(Count == 0 ? needed : needed * 2));
        if (Count > 0)
        {
            _chunk.AsSpan(_start, _end - _start).CopyTo(chunk);
        }

        _end = Count == 0 ? 0 : _end - _start;
        _start = 0;
        _chunk = chunk;
    }
}
