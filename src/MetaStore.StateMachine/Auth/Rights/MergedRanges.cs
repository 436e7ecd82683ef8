namespace MetaStore.StateMachine.Auth.Rights;

/// <summary>The keys that several permissions allow together: disjoint half-open ranges, ascending. Immutable.</summary>
/// <remarks>
/// Overlapping and touching ranges are one. A single key k is [k, k followed by a zero byte), so that permissions on k and on everything from
/// k\0 touch. Example: [a, c) and [c, d) allow a read of [a, d). <see cref="Contains"/> allocates nothing.
/// </remarks>
internal sealed class MergedRanges
{
    private readonly byte[][] _from;

    /// <summary>End of the range at the same position; null = no end.</summary>
    private readonly byte[]?[] _to;

    private MergedRanges(byte[][] from, byte[]?[] to) => (_from, _to) = (from, to);

    public static MergedRanges None { get; } = new([], []);

    /// <summary>Merges the ranges of permissions, in any order.</summary>
    public static MergedRanges Of(List<AuthPermission> permissions)
    {
        if (permissions.Count == 0)
        {
            return None;
        }

        permissions.Sort(static (x, y) => x.Key.AsSpan().SequenceCompareTo(y.Key));
        List<byte[]> from = [permissions[0].Key];
        List<byte[]?> to = [EndOf(permissions[0])];
        foreach (var permission in permissions)
        {
            var last = to[^1];
            if (last is null || permission.Key.AsSpan().SequenceCompareTo(last) <= 0)
            {
                to[^1] = Later(last, EndOf(permission));
            }
            else
            {
                from.Add(permission.Key);
                to.Add(EndOf(permission));
            }
        }

        return new MergedRanges([.. from], [.. to]);
    }

    /// <summary>True when one range contains all of a request's.</summary>
    /// <param name="key">First key.</param>
    /// <param name="rangeEnd">
    /// Empty: the key alone. One zero byte: no end. A range that is empty or inverted counts as its key.
    /// </param>
    public bool Contains(ReadOnlySpan<byte> key, ReadOnlySpan<byte> rangeEnd)
    {
        int low = 0, high = _from.Length - 1;
        while (low <= high)
        {
            var middle = (low + high) >>> 1;
            (low, high) = _from[middle].AsSpan().SequenceCompareTo(key) <= 0 ? (middle + 1, high) : (low, middle - 1);
        }

        if (high < 0)
        {
            return false;
        }

        var to = _to[high];
        return to is null || (key.SequenceCompareTo(to) < 0 && rangeEnd is not [0] && rangeEnd.SequenceCompareTo(to) <= 0);
    }

    private static byte[]? EndOf(in AuthPermission permission) => permission.RangeEnd switch
    {
        [] => [.. permission.Key, 0],
        [0] => null,
        var end => end,
    };

    private static byte[]? Later(byte[]? left, byte[]? right)
        => left is null || right is null ? null : left.AsSpan().SequenceCompareTo(right) >= 0 ? left : right;
}
