using System.Buffers.Binary;

namespace MetaStore.Batching.Entries;

/// <summary>A decoded log entry: its proposals in order, as slices of the entry's own memory.</summary>
/// <remarks>Validated completely by <see cref="BatchCodec.Decode"/>; enumerating it cannot fail. Copies nothing, allocates nothing.</remarks>
public readonly struct BatchReader
{
    private readonly ReadOnlyMemory<byte> _payload;
    private readonly bool _wrapped;

    internal BatchReader(ulong memberId, ulong firstId, int count, bool wrapped, ReadOnlyMemory<byte> payload)
    {
        MemberId = memberId;
        FirstId = firstId;
        Count = count;
        _wrapped = wrapped;
        _payload = payload;
    }

    /// <summary>The member that proposed.</summary>
    public ulong MemberId { get; }

    /// <summary>ID of the first proposal; the others have consecutive IDs.</summary>
    public ulong FirstId { get; }

    /// <summary>Number of proposals, at least 1.</summary>
    public int Count { get; }

    /// <summary>Enumerates the commands in order.</summary>
    public Enumerator GetEnumerator() => new(_payload, _wrapped, Count);

    /// <summary>Enumerates the commands of a batch.</summary>
    public struct Enumerator
    {
        private readonly bool _wrapped;
        private ReadOnlyMemory<byte> _rest;
        private int _left;

        internal Enumerator(ReadOnlyMemory<byte> payload, bool wrapped, int count)
        {
            _rest = payload;
            _wrapped = wrapped;
            _left = count;
            Current = default;
        }

        /// <summary>The command as its encoder wrote it.</summary>
        public ReadOnlyMemory<byte> Current { get; private set; }

        /// <summary>Moves to the next command.</summary>
        public bool MoveNext()
        {
            if (_left == 0)
            {
                return false;
            }

            _left--;
            if (!_wrapped)
            {
                Current = _rest;
                return true;
            }

            int length = (int)BinaryPrimitives.ReadUInt32LittleEndian(_rest.Span);
            Current = _rest.Slice(BatchFormat.LengthBytes, length);
            _rest = _rest[(BatchFormat.LengthBytes + length)..];
            return true;
        }
    }
}
