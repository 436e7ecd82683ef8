using System.Runtime.InteropServices;
using RocksDbSharp;

namespace MetaStore.Engines.RocksDb;

/// <summary>A walk in total order; the library enforces the bounds, so that it never reads beyond them.</summary>
/// <remarks>Walks cover whole buckets (index, checkpoint, hash); their blocks do not evict those of single reads from the cache.</remarks>
internal sealed unsafe class RocksDbCursor : IEngineCursor
{
    /// <summary>Readahead: a walk over a whole bucket reads files from end to end.</summary>
    private const ulong ReadAheadBytes = 2 << 20;

    private readonly SharedSnapshot _snapshot;
    private readonly Bucket _bucket;
    private readonly bool _descending;
    private readonly NativeBytes _key = new();
    private readonly NativeBytes _value = new();
    private readonly byte* _bounds;
    private readonly bool _isEmpty;
    private readonly ReadOptions _options = new();
    private nint _iterator;
    private bool _started;
    private bool _ended;

    internal RocksDbCursor(SharedSnapshot snapshot, Bucket bucket, ReadOnlySpan<byte> from, ReadOnlySpan<byte> to, bool descending)
    {
        ObjectDisposedException.ThrowIf(!snapshot.TryAcquire(), typeof(RocksDbReadView));
        _snapshot = snapshot;
        _bucket = bucket;
        _descending = descending;
        _isEmpty = !to.IsEmpty && from.SequenceCompareTo(to) >= 0;
        Native.Instance.rocksdb_readoptions_set_snapshot(_options.Handle, snapshot.Snapshot);
        _options.SetFillCache(false);
        if (from.IsEmpty && to.IsEmpty)
        {
            _options.SetReadaheadSize(ReadAheadBytes);
        }

        _bounds = (byte*)NativeMemory.Alloc((nuint)(from.Length + to.Length + 1));
        from.CopyTo(new Span<byte>(_bounds, from.Length));
        to.CopyTo(new Span<byte>(_bounds + from.Length, to.Length));
        if (!from.IsEmpty)
        {
            _options.SetIterateLowerBound(_bounds, (ulong)from.Length);
        }

        if (!to.IsEmpty)
        {
            _options.SetIterateUpperBound(_bounds + from.Length, (ulong)to.Length);
        }

        _iterator = Native.Instance.rocksdb_create_iterator_cf(snapshot.Database.Pointer, _options.Handle, snapshot.Database.Family(bucket));
    }

    /// <inheritdoc/>
    public ReadOnlyMemory<byte> Key => _key.Memory;

    /// <inheritdoc/>
    public ReadOnlyMemory<byte> Value => _value.Memory;

    /// <inheritdoc/>
    public bool MoveNext()
    {
        ObjectDisposedException.ThrowIf(_iterator == 0, this);
        if (_ended || _isEmpty)
        {
            return false;
        }

        var library = Native.Instance;
        Move(library);
        if (library.rocksdb_iter_valid(_iterator) == 0)
        {
            _ended = true;
            _key.Clear();
            _value.Clear();
            library.rocksdb_iter_get_error(_iterator, out var error);
            LibraryError.ThrowOn(error, $"walk in bucket {_bucket}", _snapshot.Database);
            return false;
        }

        var key = (byte*)library.rocksdb_iter_key(_iterator, out var keyLength);
        _key.Set(key, keyLength);
        var value = (byte*)library.rocksdb_iter_value(_iterator, out var valueLength);
        _value.Set(value, valueLength);
        return true;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        if (_iterator == 0)
        {
            return;
        }

        _key.Clear();
        _value.Clear();
        Native.Instance.rocksdb_iter_destroy(_iterator);
        _iterator = 0;

        // The iterator reads the bounds through the options, so both must live until here.
        GC.KeepAlive(_options);
        NativeMemory.Free(_bounds);
        _snapshot.Release();
    }

    private void Move(Native library)
    {
        if (_started)
        {
            if (_descending)
            {
                library.rocksdb_iter_prev(_iterator);
            }
            else
            {
                library.rocksdb_iter_next(_iterator);
            }

            return;
        }

        _started = true;
        if (_descending)
        {
            library.rocksdb_iter_seek_to_last(_iterator);
        }
        else
        {
            library.rocksdb_iter_seek_to_first(_iterator);
        }
    }
}
