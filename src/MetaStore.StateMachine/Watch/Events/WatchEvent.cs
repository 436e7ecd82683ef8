using MetaStore.StateMachine.Mvcc.Records;

namespace MetaStore.StateMachine.Watch.Events;

/// <summary>One event, as references to records that were encoded when the change was applied.</summary>
/// <remarks>
/// Written as an entry of etcdserverpb.WatchResponse.events (field 11): mvccpb.Event with 1 type, 2 kv, 3 prev_kv. A delete carries key and
/// mod revision only; its record holds the key, the revision is written after it.
/// </remarks>
public readonly struct WatchEvent
{
    private const byte EventsTag = (11 << 3) | 2;
    private const byte TypeTag = 1 << 3;
    private const byte TypeDelete = 1;
    private const byte KvTag = (2 << 3) | 2;
    private const byte PrevTag = (3 << 3) | 2;
    private const byte ModTag = 3 << 3;

    private readonly byte[] _record;
    private readonly byte[]? _previous;

    internal WatchEvent(in RevisionRecord record, byte[]? previous = null)
    {
        _record = record.Record;
        _previous = previous;
        Revision = record.Main;
        IsDelete = record.IsDelete;
    }

    private WatchEvent(in WatchEvent plain, byte[]? previous)
    {
        _record = plain._record;
        _previous = previous;
        Revision = plain.Revision;
        IsDelete = plain.IsDelete;
    }

    /// <summary>Revision of the change.</summary>
    public long Revision { get; }

    /// <summary>The key was deleted.</summary>
    public bool IsDelete { get; }

    /// <summary>Bytes that <see cref="Write"/> writes.</summary>
    public int Size
    {
        get
        {
            var body = BodySize;
            return 1 + Varint.Size(body) + body;
        }
    }

    /// <summary>The change created the key, so there is no previous pair.</summary>
    internal bool IsCreation => !IsDelete && KeyValueCodec.Decode(_record).CreateRevision == Revision;

    internal ReadOnlySpan<byte> Key => KeyValueCodec.KeyOf(_record);

    /// <summary>The stored record.</summary>
    internal ReadOnlyMemory<byte> Record => _record;

    /// <summary>The encoded previous pair, if it was requested and exists.</summary>
    internal byte[]? Previous => _previous;

    private int KvSize => IsDelete ? _record.Length + 1 + Varint.Size(Revision) : _record.Length;

    private int BodySize
        => (IsDelete ? 2 : 0) + 1 + Varint.Size(KvSize) + KvSize
            + (_previous is null ? 0 : 1 + Varint.Size(_previous.Length) + _previous.Length);

    /// <summary>Writes the entry; returns its length.</summary>
    public int Write(Span<byte> target)
    {
        target[0] = EventsTag;
        var position = 1 + Varint.Write(target[1..], BodySize);
        if (IsDelete)
        {
            target[position++] = TypeTag;
            target[position++] = TypeDelete;
        }

        target[position++] = KvTag;
        position += Varint.Write(target[position..], KvSize);
        _record.CopyTo(target[position..]);
        position += _record.Length;
        if (IsDelete)
        {
            target[position++] = ModTag;
            position += Varint.Write(target[position..], Revision);
        }

        if (_previous is not null)
        {
            target[position++] = PrevTag;
            position += Varint.Write(target[position..], _previous.Length);
            _previous.CopyTo(target[position..]);
            position += _previous.Length;
        }

        return position;
    }

    /// <summary>The same event with the previous pair.</summary>
    internal WatchEvent With(byte[]? previous) => previous is null ? this : new WatchEvent(this, previous);
}
