namespace MetaStore.Engines.Memory;

/// <summary>A view: one reference to a version.</summary>
internal sealed class MemoryReadView : IReadView
{
    private MemoryVersion? _version;

    internal MemoryReadView(MemoryVersion version) => _version = version;

    /// <inheritdoc/>
    public bool TryGet(Bucket bucket, ReadOnlySpan<byte> key, out ReadOnlyMemory<byte> value) => Open.TryGet(bucket, key, out value);

    /// <inheritdoc/>
    public IEngineCursor Seek(Bucket bucket, ReadOnlySpan<byte> from, ReadOnlySpan<byte> to, bool descending = false) =>
        Open.Seek(bucket, from, to, descending);

    /// <summary>Drops the reference to the version, for the garbage collector.</summary>
    public void Dispose() => _version = null;

    internal MemoryVersion Open => _version ?? throw new ObjectDisposedException(nameof(MemoryReadView));
}
