namespace MetaStore.LoadGen.Http2;

/// <summary>Bytes that wait for one socket write. Grows as needed and does not shrink.</summary>
internal sealed class SendBuffer
{
    private byte[] _bytes = new byte[64 << 10];
    private int _start;
    private int _end;

    /// <summary>Bytes not yet sent.</summary>
    public ReadOnlySpan<byte> Pending => _bytes.AsSpan(_start, _end - _start);

    /// <summary>Space for <paramref name="length"/> bytes, to be filled at once.</summary>
    public Span<byte> Append(int length)
    {
        if (_end + length > _bytes.Length)
        {
            MakeRoom(length);
        }

        Span<byte> room = _bytes.AsSpan(_end, length);
        _end += length;
        return room;
    }

    /// <summary>Forgets the first bytes, which are sent.</summary>
    public void Consume(int length)
    {
        _start += length;
        if (_start == _end)
        {
            Clear();
        }
    }

    /// <summary>Forgets everything.</summary>
    public void Clear()
    {
        _start = 0;
        _end = 0;
    }

    private void MakeRoom(int length)
    {
        int pending = _end - _start;
        byte[] target = pending + length > _bytes.Length ? new byte[Math.Max(_bytes.Length * 2, pending + length)] : _bytes;
        _bytes.AsSpan(_start, pending).CopyTo(target);
        _bytes = target;
        _start = 0;
        _end = pending;
    }
}
