using MetaStore.StateMachine.Auth.Rights;

namespace MetaStore.StateMachine.Auth;

/// <summary>A role. Immutable.</summary>
/// <param name="Name">Never empty.</param>
/// <param name="Permissions">Ascending by key, then range end; no two of the same key and range end.</param>
public sealed record AuthRole(string Name, IReadOnlyList<AuthPermission> Permissions)
{
    /// <summary>The role that gives everything to the users that have it, whether or not it was added.</summary>
    public const string Root = "root";

    /// <summary>With a permission added, or the one of the same key and range end replaced.</summary>
    internal AuthRole With(in AuthPermission permission)
    {
        var at = Find(permission.Key, permission.RangeEnd);
        AuthPermission[] changed = at >= 0
            ? [.. Permissions]
            : [.. Permissions.Take(~at), permission, .. Permissions.Skip(~at)];
        if (at >= 0)
        {
            changed[at] = permission;
        }

        return this with { Permissions = changed };
    }

    /// <summary>Without a permission; null when there is none of exactly this key and range end.</summary>
    internal AuthRole? Without(ReadOnlySpan<byte> key, ReadOnlySpan<byte> rangeEnd)
    {
        var at = Find(key, rangeEnd);
        return at < 0 ? null : this with { Permissions = [.. Permissions.Take(at), .. Permissions.Skip(at + 1)] };
    }

    private int Find(ReadOnlySpan<byte> key, ReadOnlySpan<byte> rangeEnd)
    {
        int low = 0, high = Permissions.Count - 1;
        while (low <= high)
        {
            var middle = (low + high) >>> 1;
            var order = AuthPermission.Compare(Permissions[middle].Key, Permissions[middle].RangeEnd, key, rangeEnd);
            if (order == 0)
            {
                return middle;
            }

            (low, high) = order < 0 ? (middle + 1, high) : (low, middle - 1);
        }

        return ~low;
    }
}
