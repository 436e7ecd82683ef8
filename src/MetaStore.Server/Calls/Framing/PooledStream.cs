namespace MetaStore.Server.Calls.Framing;

/// <summary>Reads <see cref="PooledBytes"/>, which it owns. Copying it into a memory stream allocates exactly what the bytes need.</summary>
internal sealed class PooledStream(PooledBytes bytes) : Stream
{
    private int _position;

    /// <inheritdoc/>
    public override bool CanRead => true;

    /// <inheritdoc/>
    public override bool CanSeek => false;

    /// <inheritdoc/>
    public override bool CanWrite => false;

    /// <inheritdoc/>
    public override long Length => throw new NotSupportedException();

    /// <inheritdoc/>
    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    /// <inheritdoc/>
    public override int Read(Span<byte> buffer)
    {
        ReadOnlySpan<byte> left = bytes.Written.AsSpan(_position);
        int count = Math.Min(left.Length, buffer.Length);
        left[..count].CopyTo(buffer);
        _position += count;
        return count;
    }

    /// <inheritdoc/>
    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    /// <inheritdoc/>
    public override void CopyTo(Stream destination, int bufferSize)
    {
        ReadOnlySpan<byte> left = bytes.Written.AsSpan(_position);
        if (destination is MemoryStream memory)
        {
            memory.Capacity = Math.Max(memory.Capacity, (int)memory.Length + left.Length);
        }

        destination.Write(left);
        _position = bytes.Length;
    }

    /// <inheritdoc/>
    public override void Flush()
    {
    }

    /// <inheritdoc/>
    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    /// <inheritdoc/>
    public override void SetLength(long value) => throw new NotSupportedException();

    /// <inheritdoc/>
    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        bytes.Dispose();
        base.Dispose(disposing);
    }
}
