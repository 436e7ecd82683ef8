using MetaStore.StateMachine.Auth.Rights;

namespace MetaStore.StateMachine.Tests.Auth;

/// <summary>What permissions allow, decided the long way: a range is allowed when every key of it is, key by key, over a finite set of keys.</summary>
/// <remarks>
/// Keys are words of at most <see cref="LengthMax"/> letters of a small alphabet that includes the zero byte, so that a key and its successor are both
/// in the set. A range without an end is allowed only when some permissions without an end cover what the finite keys cannot show.
/// </remarks>
internal sealed class ReferenceRights(IReadOnlyList<AuthPermission> permissions)
{
    public const int LengthMax = 4;

    private static readonly byte[] Alphabet = [0, (byte)'a', (byte)'b', (byte)'c'];

    private static readonly byte[][] Keys = [.. Words(LengthMax).OrderBy(static key => key, Comparer<byte[]>.Create(static (x, y) => x.AsSpan().SequenceCompareTo(y)))];

    public bool May(bool write, byte[] key, byte[] rangeEnd)
    {
        if (!Covered(write, key))
        {
            return false;
        }

        if (rangeEnd.Length == 0)
        {
            return true;
        }

        var isOpen = rangeEnd is [0];
        return Keys.Where(other => other.AsSpan().SequenceCompareTo(key) >= 0 && (isOpen || other.AsSpan().SequenceCompareTo(rangeEnd) < 0)).All(other => Covered(write, other))
            && (!isOpen || Of(write).Any(permission => permission.RangeEnd is [0]));
    }

    private bool Covered(bool write, byte[] key) => Of(write).Any(permission =>
        permission.RangeEnd.Length == 0
            ? key.AsSpan().SequenceEqual(permission.Key)
            : key.AsSpan().SequenceCompareTo(permission.Key) >= 0 && (permission.RangeEnd is [0] || key.AsSpan().SequenceCompareTo(permission.RangeEnd) < 0));

    private IEnumerable<AuthPermission> Of(bool write) =>
        permissions.Where(permission => permission.Type == PermissionType.ReadWrite || permission.Type == (write ? PermissionType.Write : PermissionType.Read));

    private static IEnumerable<byte[]> Words(int length) => length == 1
        ? Alphabet.Select(letter => new[] { letter })
        : Words(length - 1).SelectMany(word => word.Length == length - 1 ? Alphabet.Select(letter => (byte[])[.. word, letter]).Prepend(word) : [word]);
}
