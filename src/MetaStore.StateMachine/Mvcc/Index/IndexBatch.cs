using MetaStore.StateMachine.Mvcc.Records;

namespace MetaStore.StateMachine.Mvcc.Index;

/// <summary>
/// A few thousand records read from the engine for the key index: only what the index needs, in one block of memory.
/// </summary>
internal sealed class IndexBatch
{
    public const int RecordsMax = 4096;

    private const int RecordsFirst = 64;
    private const int KeyBytesGuess = 32;

    private IndexRecord[] _records = new IndexRecord[RecordsFirst];
    private byte[] _keys = new byte[RecordsFirst * KeyBytesGuess];
    private int _used;

    /// <summary>Number of records.</summary>
    public int Count { get; private set; }

    public bool IsFull => Count == RecordsMax;

    public void Clear() => (Count, _used) = (0, 0);

    /// <summary>Copies a record in. Must not be called when full.</summary>
    public void Add(long main, int sub, in KeyValue record)
    {
        var key = record.Key.Span;
        if (_keys.Length - _used < key.Length)
        {
            Array.Resize(ref _keys, Math.Max(2 * _keys.Length, _used + key.Length));
        }

        if (Count == _records.Length)
        {
            Array.Resize(ref _records, Math.Min(2 * _records.Length, RecordsMax));
        }

        key.CopyTo(_keys.AsSpan(_used));
        _records[Count++] = new IndexRecord(main, sub, record.CreateRevision, record.Version, record.Lease, _used, key.Length);
        _used += key.Length;
    }

    public ref readonly IndexRecord this[int position] => ref _records[position];

    /// <summary>Key of a record; valid until the next <see cref="Add"/> or <see cref="Clear"/>.</summary>
    public ReadOnlySpan<byte> KeyOf(in IndexRecord record) => _keys.AsSpan(record.KeyOffset, record.KeyLength);
}

/// <summary>One record without its value.</summary>
internal readonly record struct IndexRecord(long Main, int Sub, long Create, long Version, long Lease, int KeyOffset, int KeyLength);
