namespace MetaStore.StateMachine.Watch.Index;

/// <summary>The keys that a watcher covers, from the key and range end of its request. Source: etcd v3 WatchCreateRequest.</summary>
/// <remarks>An empty key stands for the first possible one; a range end of one zero byte for "no end".</remarks>
public readonly struct WatchRange
{
    /// <summary>Creates a range from the two fields; the arrays are kept.</summary>
    public WatchRange(byte[] key, byte[] rangeEnd)
    {
        From = key.Length == 0 ? [0] : key;
        IsSingle = rangeEnd.Length == 0;
        To = rangeEnd is [0] ? [] : rangeEnd;
    }

    /// <summary>First key, inclusive.</summary>
    public byte[] From { get; }

    /// <summary>End, exclusive; empty = no end. Not used for a single key.</summary>
    public byte[] To { get; }

    /// <summary>Only <see cref="From"/> itself.</summary>
    public bool IsSingle { get; }

    /// <summary>The range contains no key. Reads allow that, watches do not.</summary>
    public bool IsEmpty => !IsSingle && To.Length > 0 && From.AsSpan().SequenceCompareTo(To) >= 0;

    /// <summary>True when the range contains <paramref name="key"/>.</summary>
    public bool Contains(ReadOnlySpan<byte> key)
        => IsSingle
            ? key.SequenceEqual(From)
            : key.SequenceCompareTo(From) >= 0 && (To.Length == 0 || key.SequenceCompareTo(To) < 0);

    /// <summary>Orders by start, then by end; "no end" comes last.</summary>
    internal static int Compare(in WatchRange left, in WatchRange right)
    {
        var order = left.From.AsSpan().SequenceCompareTo(right.From);
        return order != 0 ? order : CompareEnds(left.To, right.To);
    }

    internal static int CompareEnds(ReadOnlySpan<byte> left, ReadOnlySpan<byte> right)
        => (left.IsEmpty, right.IsEmpty) switch
        {
            (true, true) => 0,
            (true, false) => 1,
            (false, true) => -1,
            _ => left.SequenceCompareTo(right),
        };
}
