namespace MetaStore.Fuzz.Inputs;

/// <summary>Bytes that arrive in pieces, as from a network; what is written to it is dropped.</summary>
/// <param name="bytes">All of them.</param>
/// <param name="pieceBytes">Most that one read returns.</param>
internal sealed class PiecewiseStream(byte[] bytes, int pieceBytes) : Stream
{
    private int _at;

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => true;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    public override int Read(Span<byte> buffer)
    {
        int count = Math.Min(Math.Min(pieceBytes, buffer.Length), bytes.Length - _at);
        bytes.AsSpan(_at, count).CopyTo(buffer);
        _at += count;
        return count;
    }

    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) => new(Read(buffer.Span));

    public override void Write(ReadOnlySpan<byte> buffer)
    {
        // To a reader nothing is answered.
    }

    public override void Write(byte[] buffer, int offset, int count)
    {
        // As above.
    }

    public override void Flush()
    {
        // Nothing is kept.
    }

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();
}
