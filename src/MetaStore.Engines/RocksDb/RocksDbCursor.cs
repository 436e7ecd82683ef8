using System.Runtime.InteropServices;
using RocksDbSharp;

namespace MetaStore.Engines.RocksDb;

/// <summary>A walk in total order; bounds are the library's, so that it never reads beyond them.</summary>
/// <remarks>Walks are made over whole buckets (index, checkpoint, hash); their blocks do not push those of single reads out of the cache.</remarks>
internal sealed unsafe class RocksDbCursor : IEngineCursor
{
    /// <summary>A walk over a whole bucket reads files from end to end: in pieces worth a call.</summary>
    private const ulong ReadAheadBytes = 2 << 20;

    private readonly SharedSnapshot _snapshot;
    private readonly Bucket _bucket;
    private readonly bool _descending;
    private readonly NativeBytes _key = new();
    private readonly NativeBytes _value = new();
    private readonly byte* _bounds;
    private readonly bool _isEmpty;
    private Iterator? _iterator;
    private bool _started;
    private bool _ended;

    internal RocksDbCursor(SharedSnapshot snapshot, Bucket bucket, ReadOnlySpan<byte> from, ReadOnlySpan<byte> to, bool descending)
    {
        ObjectDisposedException.ThrowIf(!snapshot.TryAcquire(), typeof(RocksDbReadView));
        _snapshot = snapshot;
        _bucket = bucket;
        _descending = descending;
        _isEmpty = !to.IsEmpty && from.SequenceCompareTo(to) >= 0;
        var options = new ReadOptions().SetSnapshot(snapshot.Snapshot).SetFillCache(false);
        if (from.IsEmpty && to.IsEmpty)
        {
            options.SetReadaheadSize(ReadAheadBytes);
        }

        _bounds = (byte*)NativeMemory.Alloc((nuint)(from.Length + to.Length + 1));
        from.CopyTo(new Span<byte>(_bounds, from.Length));
        to.CopyTo(new Span<byte>(_bounds + from.Length, to.Length));
        if (!from.IsEmpty)
        {
            options.SetIterateLowerBound(_bounds, (ulong)from.Length);
        }

        if (!to.IsEmpty)
        {
            options.SetIterateUpperBound(_bounds + from.Length, (ulong)to.Length);
        }

        // The iterator keeps the options; their bounds point into memory that is freed after it.
        _iterator = snapshot.Database.Database.NewIterator(snapshot.Database.FamilyHandle(bucket), options);
    }

    /// <inheritdoc/>
    public ReadOnlyMemory<byte> Key => _key.Memory;

    /// <inheritdoc/>
    public ReadOnlyMemory<byte> Value => _value.Memory;

    /// <inheritdoc/>
    public bool MoveNext()
    {
        var iterator = _iterator ?? throw new ObjectDisposedException(nameof(RocksDbCursor));
        if (_ended || _isEmpty)
        {
            return false;
        }

        Move(iterator);
        if (!iterator.Valid())
        {
            _ended = true;
            _key.Clear();
            _value.Clear();
            Native.Instance.rocksdb_iter_get_error(iterator.Handle, out var error);
            LibraryError.ThrowOn(error, $"walk in bucket {_bucket}", _snapshot.Database);
            return false;
        }

        _key.Set(iterator.GetKeySpan());
        _value.Set(iterator.GetValueSpan());
        return true;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        if (_iterator is null)
        {
            return;
        }

        _key.Clear();
        _value.Clear();
        _iterator.Dispose();
        _iterator = null;
        NativeMemory.Free(_bounds);
        _snapshot.Release();
    }

    private void Move(Iterator iterator)
    {
        if (_started)
        {
            if (_descending)
            {
                iterator.Prev();
            }
            else
            {
                iterator.Next();
            }

            return;
        }

        _started = true;
        if (_descending)
        {
            iterator.SeekToLast();
        }
        else
        {
            iterator.SeekToFirst();
        }
    }
}
