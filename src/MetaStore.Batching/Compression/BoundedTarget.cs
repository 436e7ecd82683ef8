namespace MetaStore.Batching.Compression;

/// <summary>Writes a compressor's output into memory of a fixed size; bytes beyond it are counted and dropped.</summary>
/// <remarks>The base library's memory stream throws when it is full, which costs more than a payload that does not become smaller.</remarks>
/// <param name="start">Must stay pinned while this is in use.</param>
/// <param name="capacity">Size of the memory.</param>
internal sealed unsafe class BoundedTarget(byte* start, int capacity) : Stream
{
    private long _length;

    /// <summary>True when everything written was kept.</summary>
    public bool Fits => _length <= capacity;

    /// <inheritdoc/>
    public override bool CanRead => false;

    /// <inheritdoc/>
    public override bool CanSeek => false;

    /// <inheritdoc/>
    public override bool CanWrite => true;

    /// <summary>Bytes written, kept or not.</summary>
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
