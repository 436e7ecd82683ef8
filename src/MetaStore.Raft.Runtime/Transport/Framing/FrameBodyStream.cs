namespace MetaStore.Raft.Runtime.Transport.Framing;

/// <summary>The next bytes of a connection as a stream that ends where they end. Read only, forward only.</summary>
internal sealed class FrameBodyStream(FrameReader frames, long length) : Stream
{
    private long _left = length;

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length { get; } = length;

    public override long Position
    {
        get => Length - _left;
        set => throw new NotSupportedException();
    }

    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    /// <exception cref="EndOfStreamException">The connection was closed before the announced length.</exception>
    public override int Read(Span<byte> buffer)
    {
        int wanted = (int)Math.Min(buffer.Length, _left);
        if (wanted == 0)
        {
            return 0;
        }

        int read = frames.Read(buffer[..wanted]);
        if (read == 0)
        {
            throw new EndOfStreamException($"the connection ended {_left} bytes before the end of the snapshot");
        }

        _left -= read;
        return read;
    }

    public override void Flush()
    {
    }

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
}
