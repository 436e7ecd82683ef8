namespace MetaStore.Batching.Compression;

/// <summary>Takes what a compressor writes into memory of a fixed size; what is beyond it is counted and not kept.</summary>
/// <remarks>The base library's stream over memory throws when it is full, which costs more than a payload that does not shrink.</remarks>
/// <param name="start">Stays pinned as long as this is written to.</param>
/// <param name="capacity">Bytes there are.</param>
internal sealed unsafe class BoundedTarget(byte* start, int capacity) : Stream
{
    private long _length;

    /// <summary>True when everything that was written is there.</summary>
    public bool Fits => _length <= capacity;

    /// <inheritdoc/>
    public override bool CanRead => false;

    /// <inheritdoc/>
    public override bool CanSeek => false;

    /// <inheritdoc/>
    public override bool CanWrite => true;

    /// <summary>Bytes that were written, kept or not.</summary>
    public override long Length => _length;

    /// <inheritdoc/>
    public override long Position
    {
        get => _length;
        set => throw new NotSupportedException();
    }

    /// <inheritdoc/>
    public override void Write(ReadOnlySpan<byte> buffer)
    {
        if (_length + buffer.Length <= capacity)
        {
            buffer.CopyTo(new Span<byte>(start + _length, buffer.Length));
        }

        _length += buffer.Length;
    }

    /// <inheritdoc/>
    public override void Write(byte[] buffer, int offset, int count) => Write(buffer.AsSpan(offset, count));

    /// <inheritdoc/>
    public override void Flush()
    {
    }

    /// <inheritdoc/>
    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    /// <inheritdoc/>
    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    /// <inheritdoc/>
    public override void SetLength(long value) => throw new NotSupportedException();
}
