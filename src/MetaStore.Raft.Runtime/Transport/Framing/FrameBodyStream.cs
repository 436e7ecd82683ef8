namespace MetaStore.Raft.Runtime.Transport.Framing;

/// <summary>The next bytes of a connection as a stream with a fixed length. Read only, forward only.</summary>
/// <param name="frames">The connection.</param>
/// <param name="length">Its length.</param>
/// <param name="window">
/// In each window of this length 64 KiB must arrive, or the rest; single bytes from time to time do not count as progress.
/// </param>
/// <param name="time">Clock.</param>
internal sealed class FrameBodyStream(FrameReader frames, long length, TimeSpan window, TimeProvider time) : Stream
{
    private const int WindowBytesMin = 64 << 10;

    private long _left = length;
    private long _windowStart = time.GetTimestamp();
    private long _windowBytes;

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
    /// <exception cref="IOException">It is too slow.</exception>
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
        CheckPace(read);
        return read;
    }

    private void CheckPace(int read)
    {
        _windowBytes += read;
        if (time.GetElapsedTime(_windowStart) < window)
        {
            return;
        }

        if (_windowBytes < WindowBytesMin && _left > 0)
        {
            throw new IOException($"only {_windowBytes} bytes of the snapshot arrived in {time.GetElapsedTime(_windowStart).TotalSeconds:0.#} s");
        }

        _windowStart = time.GetTimestamp();
        _windowBytes = 0;
    }

    public override void Flush()
    {
    }

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
}
