namespace MetaStore.StateMachine.Auth.Rights;

/// <summary>A right on a range of keys. Source: etcd v3 authpb.Permission.</summary>
/// <param name="Type">What it allows.</param>
/// <param name="Key">First key. Never changed.</param>
/// <param name="RangeEnd">Empty: the key alone. One zero byte: no end. Otherwise the first key after the range. Never changed.</param>
public readonly record struct AuthPermission(PermissionType Type, byte[] Key, byte[] RangeEnd)
{
    /// <summary>False when it has an empty key or contains nothing: such a permission is refused.</summary>
    internal static bool IsRange(ReadOnlySpan<byte> key, ReadOnlySpan<byte> rangeEnd)
        => !key.IsEmpty && (rangeEnd.IsEmpty || rangeEnd is [0] || key.SequenceCompareTo(rangeEnd) < 0);

    /// <summary>Orders by key, then by range end, bytewise.</summary>
    internal static int Compare(ReadOnlySpan<byte> leftKey, ReadOnlySpan<byte> leftEnd, ReadOnlySpan<byte> rightKey, ReadOnlySpan<byte> rightEnd)
    {
        var order = leftKey.SequenceCompareTo(rightKey);
        return order != 0 ? order : leftEnd.SequenceCompareTo(rightEnd);
    }
}
