using System.Buffers;

namespace MetaStore.Engines.RocksDb;

/// <summary>Bytes that RocksDB owns, as <see cref="Memory{T}"/>: no copy. After <see cref="Clear"/> using them throws instead of reading freed memory.</summary>
internal sealed unsafe class NativeBytes : MemoryManager<byte>
{
    private byte* _bytes;
    private int _length = -1;

    /// <summary>Points at other bytes; memories handed out before must not be used any more.</summary>
    internal void Set(byte* bytes, nuint length)
    {
        _bytes = bytes;
        _length = checked((int)length);
    }

    /// <summary>The bytes are freed.</summary>
    internal void Clear()
    {
        _bytes = null;
        _length = -1;
    }

    public override Span<byte> GetSpan()
    {
        ObjectDisposedException.ThrowIf(_length < 0, this);
        return new Span<byte>(_bytes, _length);
    }

    public override MemoryHandle Pin(int elementIndex = 0)
    {
        ObjectDisposedException.ThrowIf(_length < 0, this);
        return new MemoryHandle(_bytes + elementIndex);
    }

    public override void Unpin()
    {
        // Native memory does not move.
    }

    protected override void Dispose(bool disposing) => Clear();
}
