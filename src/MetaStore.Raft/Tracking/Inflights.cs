using MetaStore.Raft.Diagnostics;

namespace MetaStore.Raft.Tracking;

/// <summary>A ring of the appends sent to one follower and not yet answered, bounded by messages and by bytes.</summary>
/// <param name="maxMessages">Capacity in messages.</param>
/// <param name="maxBytes">Capacity in bytes; the message that exceeds it is still accepted.</param>
internal sealed class Inflights(int maxMessages, long maxBytes)
{
    private (ulong LastIndex, long Bytes)[] _ring = new (ulong, long)[Math.Min(8, maxMessages)];
    private int _start;
    private long _bytes;

    /// <summary>Messages in flight.</summary>
    public int Count { get; private set; }

    /// <summary>True when no append may be sent before a response.</summary>
    public bool IsFull => Count == maxMessages || _bytes >= maxBytes;

    /// <summary>Records an append that ends with <paramref name="lastIndex"/>; indexes never fall.</summary>
    public void Add(ulong lastIndex, long bytes)
    {
        RaftAssert.That(!IsFull, "no append is sent beyond the in-flight limit");
        if (Count == _ring.Length)
        {
            Grow();
        }

        _ring[(_start + Count) % _ring.Length] = (lastIndex, bytes);
        Count++;
        _bytes += bytes;
    }

    /// <summary>Removes every append that ends at or below <paramref name="index"/>.</summary>
    public void FreeTo(ulong index)
    {
        while (Count > 0 && _ring[_start].LastIndex <= index)
        {
            _bytes -= _ring[_start].Bytes;
            _start = (_start + 1) % _ring.Length;
            Count--;
        }
    }

    /// <summary>Removes all of them.</summary>
    public void Clear()
    {
        Count = 0;
        _start = 0;
        _bytes = 0;
    }

    private void Grow()
    {
        var larger = new (ulong, long)[Math.Min(_ring.Length * 2, maxMessages)];
        for (int i = 0; i < Count; i++)
        {
            larger[i] = _ring[(_start + i) % _ring.Length];
        }

        _ring = larger;
        _start = 0;
    }
}
