using System.Runtime.InteropServices;
using MetaStore.Engines.RocksDb.Native;

namespace MetaStore.Engines.RocksDb;

/// <summary>A walk in total order; bounds are the library's, so that it never reads beyond them.</summary>
/// <remarks>Walks are made over whole buckets (index, checkpoint, hash); their blocks do not push those of single reads out of the cache.</remarks>
internal sealed unsafe class RocksDbCursor : IEngineCursor
{
    /// <summary>A walk over a whole bucket reads files from end to end: in pieces worth a call.</summary>
    private const nuint ReadAheadBytes = 2 << 20;

    private readonly SharedSnapshot _snapshot;
    private readonly Bucket _bucket;
    private readonly bool _descending;
    private readonly NativeBytes _key = new();
    private readonly NativeBytes _value = new();
    private readonly byte* _bounds;
    private readonly nint _options;
    private readonly bool _isEmpty;
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
        _options = snapshot.NewReadOptions();
        NativeRead.SetFillCache(_options, 0);
        if (from.IsEmpty && to.IsEmpty)
        {
            NativeRead.SetReadAhead(_options, ReadAheadBytes);
        }

        _bounds = (byte*)NativeMemory.Alloc((nuint)(from.Length + to.Length + 1));
        from.CopyTo(new Span<byte>(_bounds, from.Length));
        to.CopyTo(new Span<byte>(_bounds + from.Length, to.Length));
        if (!from.IsEmpty)
        {
            NativeRead.SetLowerBound(_options, _bounds, (nuint)from.Length);
        }

        if (!to.IsEmpty)
        {
            NativeRead.SetUpperBound(_options, _bounds + from.Length, (nuint)to.Length);
        }

        _iterator = NativeIterator.Create(snapshot.Database.Pointer, _options, snapshot.Database.Family(bucket));
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

        Move();
        if (NativeIterator.IsValid(_iterator) == 0)
        {
            _ended = true;
            _key.Clear();
            _value.Clear();
            NativeIterator.Error(_iterator, out var error);
            NativeError.ThrowOn(error, $"walk in bucket {_bucket}", _snapshot.Database);
            return false;
        }

        var key = NativeIterator.Key(_iterator, out var keyLength);
        _key.Set(key, keyLength);
        var value = NativeIterator.Value(_iterator, out var valueLength);
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
        NativeIterator.Destroy(_iterator);
        _iterator = 0;
        NativeRead.DestroyReadOptions(_options);
        NativeMemory.Free(_bounds);
        _snapshot.Release();
    }

    private void Move()
    {
        if (_started)
        {
            if (_descending)
            {
                NativeIterator.Previous(_iterator);
            }
            else
            {
                NativeIterator.Next(_iterator);
            }

            return;
        }

        _started = true;
        if (_descending)
        {
            NativeIterator.SeekToLast(_iterator);
        }
        else
        {
            NativeIterator.SeekToFirst(_iterator);
        }
    }
}
