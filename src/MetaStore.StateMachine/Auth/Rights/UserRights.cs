namespace MetaStore.StateMachine.Auth.Rights;

/// <summary>What an identity may do. Immutable; all permissions of all roles, merged.</summary>
public sealed class UserRights
{
    private readonly MergedRanges _read;
    private readonly MergedRanges _write;

    private UserRights(bool isAdministrator, MergedRanges read, MergedRanges write)
        => (IsAdministrator, _read, _write) = (isAdministrator, read, write);

    /// <summary>Everything: of a user with role root, of a member, and of every caller while auth is off.</summary>
    public static UserRights All { get; } = new(isAdministrator: true, MergedRanges.None, MergedRanges.None);

    /// <summary>Nothing: of a caller that was refused.</summary>
    public static UserRights Nothing { get; } = new(isAdministrator: false, MergedRanges.None, MergedRanges.None);

    /// <summary>May do everything.</summary>
    public bool IsAdministrator { get; }

    /// <summary>True when all keys of a range may be read. Allocates nothing.</summary>
    /// <param name="key">First key.</param>
    /// <param name="rangeEnd">As in a range request.</param>
    public bool MayRead(ReadOnlySpan<byte> key, ReadOnlySpan<byte> rangeEnd = default) => IsAdministrator || _read.Contains(key, rangeEnd);

    /// <summary>True when all keys of a range may be set and deleted. Allocates nothing.</summary>
    /// <param name="key">First key.</param>
    /// <param name="rangeEnd">As in a range request.</param>
    public bool MayWrite(ReadOnlySpan<byte> key, ReadOnlySpan<byte> rangeEnd = default) => IsAdministrator || _write.Contains(key, rangeEnd);

    internal static UserRights Of(AuthUser user, IReadOnlyDictionary<string, AuthRole> roles)
    {
        if (user.Has(AuthRole.Root))
        {
            return All;
        }

        var (read, write) = (new List<AuthPermission>(), new List<AuthPermission>());
        foreach (var name in user.Roles)
        {
            foreach (var permission in roles.TryGetValue(name, out var role) ? role.Permissions : [])
            {
                if (permission.Type != PermissionType.Write)
                {
                    read.Add(permission);
                }

                if (permission.Type != PermissionType.Read)
                {
                    write.Add(permission);
                }
            }
        }

        return new UserRights(isAdministrator: false, MergedRanges.Of(read), MergedRanges.Of(write));
    }
}
