using MetaStore.StateMachine.Commands.Codec;

namespace MetaStore.StateMachine.Mvcc.Reading;

/// <summary>What to read. Source: etcd v3 RangeRequest; members have the same meaning.</summary>
public readonly struct RangeQuery
{
    private const byte KeysOnlyFlag = 1;
    private const byte CountOnlyFlag = 2;

    /// <summary>First key.</summary>
    public ReadOnlyMemory<byte> Key { get; init; }

    /// <summary>Empty = only <see cref="Key"/>; one zero byte = everything from it on; otherwise exclusive end.</summary>
    public ReadOnlyMemory<byte> RangeEnd { get; init; }

    /// <summary>Pairs at most; 0 and below = no limit.</summary>
    public long Limit { get; init; }

    /// <summary>Revision to read at; 0 and below = the newest.</summary>
    public long Revision { get; init; }

    /// <summary>Direction.</summary>
    public SortOrder SortOrder { get; init; }

    /// <summary>What to sort by.</summary>
    public SortTarget SortTarget { get; init; }

    /// <summary>Leave the values out; the lease stays.</summary>
    public bool KeysOnly { get; init; }

    /// <summary>Only count; limit and revision bounds are ignored.</summary>
    public bool CountOnly { get; init; }

    /// <summary>Lowest modification revision, inclusive; 0 = any.</summary>
    public long MinModRevision { get; init; }

    /// <summary>Highest modification revision, inclusive; 0 = any.</summary>
    public long MaxModRevision { get; init; }

    /// <summary>Lowest create revision, inclusive; 0 = any.</summary>
    public long MinCreateRevision { get; init; }

    /// <summary>Highest create revision, inclusive; 0 = any.</summary>
    public long MaxCreateRevision { get; init; }

    internal bool HasRevisionBounds => (MinModRevision | MaxModRevision | MinCreateRevision | MaxCreateRevision) != 0;

    internal int BodySize
        => 1 + CommandFormat.BytesSize(Key) + CommandFormat.BytesSize(RangeEnd) + CommandFormat.SignedSize(Limit)
            + CommandFormat.SignedSize(Revision) + CommandFormat.SignedSize((int)SortOrder) + CommandFormat.SignedSize((int)SortTarget)
            + CommandFormat.SignedSize(MinModRevision) + CommandFormat.SignedSize(MaxModRevision)
            + CommandFormat.SignedSize(MinCreateRevision) + CommandFormat.SignedSize(MaxCreateRevision);

    internal void WriteBody(ref CommandWriter writer)
    {
        writer.Byte((byte)((KeysOnly ? KeysOnlyFlag : 0) | (CountOnly ? CountOnlyFlag : 0)));
        writer.Bytes(Key);
        writer.Bytes(RangeEnd);
        writer.Signed(Limit);
        writer.Signed(Revision);
        writer.Signed((int)SortOrder);
        writer.Signed((int)SortTarget);
        writer.Signed(MinModRevision);
        writer.Signed(MaxModRevision);
        writer.Signed(MinCreateRevision);
        writer.Signed(MaxCreateRevision);
    }

    internal static RangeQuery ReadBody(ref CommandReader reader)
    {
        var flags = reader.Flags(KeysOnlyFlag | CountOnlyFlag);
        return new RangeQuery
        {
            KeysOnly = (flags & KeysOnlyFlag) != 0,
            CountOnly = (flags & CountOnlyFlag) != 0,
            Key = reader.Bytes(),
            RangeEnd = reader.Bytes(),
            Limit = reader.Signed(),
            Revision = reader.Signed(),
            SortOrder = (SortOrder)unchecked((int)reader.Signed()),
            SortTarget = (SortTarget)unchecked((int)reader.Signed()),
            MinModRevision = reader.Signed(),
            MaxModRevision = reader.Signed(),
            MinCreateRevision = reader.Signed(),
            MaxCreateRevision = reader.Signed(),
        };
    }
}
