namespace MetaStore.StateMachine.Mvcc.Records;

/// <summary>The keys that a request addresses, from its key and range end. Source: etcd v3 key ranges.</summary>
/// <remarks>Inverted and empty intervals are allowed and contain nothing.</remarks>
internal readonly ref struct KeyRange
{
    public KeyRange(ReadOnlySpan<byte> key, ReadOnlySpan<byte> rangeEnd)
    {
        From = key;
        IsSingle = rangeEnd.IsEmpty;
        To = rangeEnd is [0] ? default : rangeEnd;
    }

    /// <summary>First key, inclusive.</summary>
    public ReadOnlySpan<byte> From { get; }

    /// <summary>End, exclusive; empty = no end. Not used for a single key.</summary>
    public ReadOnlySpan<byte> To { get; }

    /// <summary>Only <see cref="From"/> itself.</summary>
    public bool IsSingle { get; }

    public bool Contains(ReadOnlySpan<byte> key)
        => IsSingle
            ? key.SequenceEqual(From)
            : key.SequenceCompareTo(From) >= 0 && (To.IsEmpty || key.SequenceCompareTo(To) < 0);
}
