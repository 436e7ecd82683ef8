using MetaStore.StateMachine.Auth;
using MetaStore.StateMachine.Commands;
using MetaStore.StateMachine.Commands.Kv;
using MetaStore.StateMachine.Commands.Users;
using Type = MetaStore.StateMachine.Auth.Rights.PermissionType;

namespace MetaStore.Simulation.Checkers;

/// <summary>Users, roles and their rights, written from etcd's documentation and independent of the product.</summary>
/// <remarks>Supports only what the simulator's clients use: commands on keys without leases, and requests whose range is not empty.</remarks>
internal sealed class ReferenceUsers
{
    private readonly SortedDictionary<string, User> _users = new(StringComparer.Ordinal);
    private readonly SortedDictionary<string, List<Grant>> _roles = new(StringComparer.Ordinal);
    private bool _isOn;
    private ulong _revision = 1;
    private ulong _disabledAt;

    /// <summary>Whether a command may be applied.</summary>
    /// <param name="identity">Whose it is.</param>
    /// <param name="command">The command.</param>
    /// <returns>None, or why it is refused.</returns>
    public ErrorCode Judge(in AuthIdentity identity, ICommand command)
    {
        if (!_isOn || identity.Kind == IdentityKind.Internal)
        {
            return ErrorCode.None;
        }

        bool isForAdministrators = command is not (PutCommand or DeleteRangeCommand or TxnCommand);
        if (identity.Kind == IdentityKind.None)
        {
            return ErrorCode.UserEmpty;
        }

        if (!_users.TryGetValue(identity.User, out User? user))
        {
            return isForAdministrators ? ErrorCode.UserNotFound : ErrorCode.PermissionDenied;
        }

        if (identity.Revision < user.Since || identity.Revision < _disabledAt || identity.Revision > _revision)
        {
            return ErrorCode.AuthOldRevision;
        }

        return user.Roles.Contains("root") || (!isForAdministrators && May(user, command)) ? ErrorCode.None : ErrorCode.PermissionDenied;
    }

    /// <summary>Applies a change of users, roles or the switch.</summary>
    public ErrorCode Apply(ICommand command)
    {
        (ErrorCode error, bool isChange) = command switch
        {
            UserPutCommand put => (_users.TryAdd(put.Name, new User { Since = _revision + 1 }) ? ErrorCode.None : ErrorCode.UserExists, true),
            UserDeleteCommand { Name: "root" } when _isOn => (ErrorCode.InvalidAuthManagement, false),
            UserDeleteCommand delete => (_users.Remove(delete.Name) ? ErrorCode.None : ErrorCode.UserNotFound, true),
            UserPasswordCommand password => (Renew(password.Name), true),
            UserGrantCommand grant => GiveRole(grant),
            UserRevokeCommand revoke => (TakeRole(revoke), true),
            RoleAddCommand add => (_roles.TryAdd(add.Name, []) ? ErrorCode.None : ErrorCode.RoleExists, true),
            RoleDeleteCommand delete => (RemoveRole(delete.Name), true),
            RoleGrantCommand grant => (GivePermission(grant), true),
            RoleRevokeCommand revoke => (TakePermission(revoke), true),
            AuthEnableCommand => (Enable(), false),
            _ => (ErrorCode.None, _isOn),
        };
        _revision += error == ErrorCode.None && isChange ? 1UL : 0;
        if (command is AuthDisableCommand && isChange)
        {
            (_isOn, _disabledAt) = (false, _revision);
        }

        return error;
    }

    /// <summary>All of it, in the form of <see cref="Describe(AuthState)"/>.</summary>
    public string Describe() => Text(
        _isOn, _revision, _disabledAt, _users.Select(user => $"{user.Key}@{user.Value.Since}[{string.Join(' ', user.Value.Roles)}]"),
        _roles.Select(role => $"{role.Key}[{string.Join(' ', role.Value.OrderBy(grant => grant.Key, StringComparer.Ordinal).ThenBy(grant => grant.End, StringComparer.Ordinal))}]"));

    /// <summary>A product's state as text.</summary>
    public static string Describe(AuthState state) => Text(
        state.IsEnabled, state.Revision, state.DisabledAt,
        state.UserNames.Select(name => $"{name}@{state.Users[name].CredentialRevision}[{string.Join(' ', state.Users[name].Roles)}]"),
        state.RoleNames.Select(name => $"{name}[{string.Join(' ', state.Roles[name].Permissions.Select(grant => new Grant(AnswerText.Show(grant.Key), AnswerText.Show(grant.RangeEnd), grant.Type)))}]"));

    private static string Text(bool isOn, ulong revision, ulong disabledAt, IEnumerable<string> users, IEnumerable<string> roles) =>
        $"{(isOn ? "on" : "off")}, revision {revision}, disabled at {disabledAt}; users {string.Join(", ", users)}; roles {string.Join(", ", roles)}";

    private bool May(User user, ICommand command) => command switch
    {
        PutCommand put => Covers(user, put.Key, default, Type.Write) && (!put.PrevKv || Covers(user, put.Key, default, Type.Read)),
        DeleteRangeCommand delete => Covers(user, delete.Key, delete.RangeEnd, Type.Write) && (!delete.PrevKv || Covers(user, delete.Key, delete.RangeEnd, Type.Read)),
        TxnCommand txn => txn.Compares.All(compare => Covers(user, compare.Key, compare.RangeEnd, Type.Read)) && txn.Success.Concat(txn.Failure).All(operation => MayDo(user, operation)),
        _ => false,
    };

    private bool MayDo(User user, TxnOp operation) => operation.Kind switch
    {
        TxnOpKind.Range => Covers(user, operation.Range.Key, operation.Range.RangeEnd, Type.Read),
        TxnOpKind.Put => May(user, operation.Put),
        TxnOpKind.DeleteRange => May(user, operation.DeleteRange),
        _ => May(user, operation.Txn!),
    };

    // Walks from the start of the range to its end, by the permission that reaches furthest at each place.
    private bool Covers(User user, ReadOnlyMemory<byte> key, ReadOnlyMemory<byte> rangeEnd, Type wanted)
    {
        string at = AnswerText.Show(key.Span);
        string end = AnswerText.Show(rangeEnd.Span);
        string? to = end.Length == 0 ? at + "\0" : end == "\0" ? null : end;
        Grant[] grants = [.. user.Roles.Where(_roles.ContainsKey).SelectMany(role => _roles[role]).Where(grant => grant.Type == wanted || grant.Type == Type.ReadWrite)];
        while (to is null || string.CompareOrdinal(at, to) < 0)
        {
            Grant[] here = [.. grants.Where(grant => string.CompareOrdinal(grant.Key, at) <= 0 && (grant.Last is null || string.CompareOrdinal(grant.Last, at) > 0))];
            if (here.Length == 0 || here.Any(grant => grant.Last is null))
            {
                return here.Length > 0;
            }

            at = here.MaxBy(grant => grant.Last, StringComparer.Ordinal)!.Last!;
        }

        return true;
    }

    private ErrorCode Renew(string name)
    {
        if (!_users.TryGetValue(name, out User? user))
        {
            return ErrorCode.UserNotFound;
        }

        user.Since = _revision + 1;
        return ErrorCode.None;
    }

    private (ErrorCode Error, bool IsChange) GiveRole(UserGrantCommand grant) =>
        !_users.TryGetValue(grant.User, out User? user) ? (ErrorCode.UserNotFound, false)
        : grant.Role != "root" && !_roles.ContainsKey(grant.Role) ? (ErrorCode.RoleNotFound, false)
        : (ErrorCode.None, user.Roles.Add(grant.Role));

    private ErrorCode TakeRole(UserRevokeCommand revoke) =>
        _isOn && revoke is { User: "root", Role: "root" } ? ErrorCode.InvalidAuthManagement
        : !_users.TryGetValue(revoke.User, out User? user) ? ErrorCode.UserNotFound
        : user.Roles.Remove(revoke.Role) ? ErrorCode.None
        : ErrorCode.RoleNotGranted;

    private ErrorCode RemoveRole(string name)
    {
        if (_isOn && name == "root")
        {
            return ErrorCode.InvalidAuthManagement;
        }

        if (!_roles.Remove(name))
        {
            return ErrorCode.RoleNotFound;
        }

        foreach (User user in _users.Values)
        {
            user.Roles.Remove(name);
        }

        return ErrorCode.None;
    }

    private ErrorCode GivePermission(RoleGrantCommand grant)
    {
        if (!_roles.TryGetValue(grant.Role, out List<Grant>? grants))
        {
            return ErrorCode.RoleNotFound;
        }

        var given = new Grant(AnswerText.Show(grant.Key.Span), AnswerText.Show(grant.RangeEnd.Span), grant.Type);
        grants.RemoveAll(held => held.Key == given.Key && held.End == given.End);
        grants.Add(given);
        return ErrorCode.None;
    }

    private ErrorCode TakePermission(RoleRevokeCommand revoke)
    {
        (string key, string end) = (AnswerText.Show(revoke.Key.Span), AnswerText.Show(revoke.RangeEnd.Span));
        return !_roles.TryGetValue(revoke.Role, out List<Grant>? grants) ? ErrorCode.RoleNotFound
            : grants.RemoveAll(held => held.Key == key && held.End == end) > 0 ? ErrorCode.None
            : ErrorCode.PermissionNotGranted;
    }

    private ErrorCode Enable()
    {
        if (_isOn)
        {
            return ErrorCode.None;
        }

        if (!_users.TryGetValue("root", out User? root))
        {
            return ErrorCode.RootUserNotFound;
        }

        _isOn = root.Roles.Contains("root");
        return _isOn ? ErrorCode.None : ErrorCode.RootRoleNotGranted;
    }

    private sealed class User
    {
        public ulong Since { get; set; }

        public SortedSet<string> Roles { get; } = new(StringComparer.Ordinal);
    }

    private sealed record Grant(string Key, string End, Type Type)
    {
        /// <summary>First key after it; null = none.</summary>
        public string? Last => End.Length == 0 ? Key + "\0" : End == "\0" ? null : End;

        public override string ToString() => $"{Type} {Key}-{End}";
    }
}
