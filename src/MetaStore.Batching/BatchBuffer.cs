using System.Buffers;
using System.Buffers.Binary;
using MetaStore.Batching.Entries;

namespace MetaStore.Batching;

/// <summary>Encodes the open batch: commands are written here once, and the same bytes become the log entry.</summary>
/// <remarks>
/// Batches are consecutive slices of a chunk of <see cref="ChunkBytes"/>, so nothing is copied, rounded up or returned; the garbage collector
/// reclaims a chunk when the log has released the last entry in it. Entries in the same chunk are adjacent in the log and are released together
/// (ADR 0006). Not thread-safe: guarded by the batcher's lock.
/// </remarks>
internal sealed class BatchBuffer
{
    /// <summary>
    /// 256 KiB: three batches of 256 puts of 256 bytes. In 64 KiB such a batch is moved while it grows (0.2 microseconds per put and 60 % more memory);
    /// 1 MiB has no measurable advantage and lets a single entry keep more memory alive (ADR 0006).
    /// </summary>
    internal const int ChunkBytes = 256 << 10;

    private readonly SlotPool _pool = new();
    private byte[] _chunk = [];
    private int _start;
    private int _end;
    private ProposalBatch.Slot[] _slots = new ProposalBatch.Slot[1];

    /// <summary>Proposals in the open batch.</summary>
    public int Count { get; private set; }

    /// <summary>Size of the open batch as an entry, if wrapped; 0 when it is empty.</summary>
    public int Bytes => Count == 0 ? 0 : _end - _start;

    /// <summary>When the first proposal was added; only valid while <see cref="Count"/> is not 0.</summary>
    public long OldestEnqueuedAt => _slots[0].EnqueuedAt;

    /// <summary>Size of the entry after adding a command of this size.</summary>
    public int BytesWith(int commandBytes) =>
        Count == 0 ? BatchFormat.Headroom + commandBytes : Bytes + BatchFormat.LengthBytes + commandBytes;

    /// <summary>Encodes one command. If its encoder throws, the open batch is unchanged.</summary>
    public void Append<TCommand>(int size, in TCommand command, SpanAction<byte, TCommand> write, IProposalWaiter waiter, long now)
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
        write(_chunk.AsSpan(at + BatchFormat.LengthBytes, size), command);
        if (Count == _slots.Length)
        {
            Array.Resize(ref _slots, _slots.Length * 2);
        }

        _slots[Count] = new ProposalBatch.Slot { Waiter = waiter, EnqueuedAt = now };
        Count++;
        _end = end;
    }

    /// <summary>Makes the slots of a completed batch available to later ones.</summary>
    /// <param name="slots">Cleared, see <see cref="ProposalBatch.TakeSlots"/>.</param>
    public void Reuse(ProposalBatch.Slot[] slots) => _pool.Return(slots);

    /// <summary>Closes the open batch and starts the next. Only valid when <see cref="Count"/> is not 0.</summary>
    public ProposalBatch Cut(ulong memberId, ulong firstId, FlushReason reason, long now)
    {
        ReadOnlyMemory<byte> data = BatchCodec.Seal(_chunk.AsMemory(_start, _end - _start), memberId, firstId, Count);
        ProposalBatch batch = new(memberId, firstId, Count, _slots, data, reason, now);

        // The next batch is expected to have about the same size.
        _slots = _pool.Take(expected: Count);
        _start = _end;
        Count = 0;
        return batch;
    }

    private void MoveToNewChunk(int needed)
    {
        // Doubling the space of a growing batch keeps the total copying linear in its size.
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
