using RocksDbSharp;

namespace MetaStore.Engines.RocksDb;

/// <summary>
/// A view: a reference to a shared snapshot, and the values read through it, pinned in the block cache until it is disposed.
/// </summary>
/// <remarks>The binding's own Get copies twice, so the pinned slices are taken from its <see cref="Native"/>.</remarks>
internal sealed unsafe class RocksDbReadView : IReadView
{
    private readonly List<(nint Slice, NativeBytes Bytes)> _pinned = [];
    private SharedSnapshot? _snapshot;

    /// <param name="snapshot">A reference that the view takes over.</param>
    internal RocksDbReadView(SharedSnapshot snapshot) => _snapshot = snapshot;

    /// <inheritdoc/>
    public bool TryGet(Bucket bucket, ReadOnlySpan<byte> key, out ReadOnlyMemory<byte> value)
    {
        var snapshot = Open;
        nint slice, error;
        fixed (byte* bytes = key)
        {
            slice = Native.Instance.rocksdb_get_pinned_cf(
                snapshot.Database.Pointer, snapshot.ReadOptions, snapshot.Database.Family(bucket), bytes, (nuint)key.Length, out error);
        }

        if (error != 0)
        {
            LibraryError.ThrowOn(error, $"read in bucket {bucket}", snapshot.Database);
        }

        value = default;
        if (slice == 0)
        {
            return false;
        }

        var memory = new NativeBytes();
        memory.Set((byte*)Native.Instance.rocksdb_pinnableslice_value(slice, out var length), length);
        _pinned.Add((slice, memory));
        value = memory.Memory;
        return true;
    }

    /// <inheritdoc/>
    public IEngineCursor Seek(Bucket bucket, ReadOnlySpan<byte> from, ReadOnlySpan<byte> to, bool descending = false) =>
        new RocksDbCursor(Open, bucket, from, to, descending);

    /// <summary>Releases the values and the snapshot. A walk that is still open keeps what it needs.</summary>
    public void Dispose()
    {
        foreach (var (slice, bytes) in _pinned)
        {
            bytes.Clear();
            Native.Instance.rocksdb_pinnableslice_destroy(slice);
        }

        _pinned.Clear();
        _snapshot?.Release();
        _snapshot = null;
    }

    private SharedSnapshot Open => _snapshot ?? throw new ObjectDisposedException(nameof(RocksDbReadView));
}
