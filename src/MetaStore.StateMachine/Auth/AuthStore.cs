using MetaStore.Engines;
using MetaStore.StateMachine.Auth.Records;
using MetaStore.StateMachine.Auth.Rights;
using MetaStore.StateMachine.Auth.Tokens;
using MetaStore.StateMachine.Commands;
using MetaStore.StateMachine.Commands.Tokens;
using MetaStore.StateMachine.Commands.Users;

namespace MetaStore.StateMachine.Auth;

/// <summary>Changes users, roles, the switch and tokens. A refused command changes nothing. Thread: apply.</summary>
/// <remarks>Who may do so was judged before. Conditions and their order are etcd's. Source: etcd v3 Auth.</remarks>
public sealed class AuthStore
{
    private ITokenListener? _listener;

    internal AuthStore()
    {
    }

    /// <summary>The state with everything applied; readers see the published one, <see cref="Mvcc.Reading.MvccReader.Auth"/>.</summary>
    internal AuthState Current { get; private set; } = AuthState.Initial;

    /// <summary>Users, roles or the switch were ever changed, with everything applied.</summary>
    internal bool HasUsers => Current.Changes > 0;

    /// <summary>Receives issues, uses and drops of tokens; null = none. Set before the first entry is applied; it then receives the existing tokens.</summary>
    public ITokenListener? TokenListener
    {
        get => _listener;
        set
        {
            _listener = value;
            value?.OnLoaded(Current.Tokens.Uses);
        }
    }

    internal ErrorCode Enable(WriteBatch batch)
    {
        if (Current.IsEnabled)
        {
            return ErrorCode.None;
        }

        if (!Current.Users.TryGetValue(AuthUser.Root, out var root))
        {
            return ErrorCode.RootUserNotFound;
        }

        if (!root.Has(AuthRole.Root))
        {
            return ErrorCode.RootRoleNotGranted;
        }

        return Set(Current with { IsEnabled = true, Changes = Current.Changes + 1 }, batch);
    }

    internal ErrorCode Disable(WriteBatch batch)
    {
        if (!Current.IsEnabled)
        {
            return ErrorCode.None;
        }

        var next = Current.Next();
        return Set(next with { IsEnabled = false, DisabledAt = next.Revision }, batch);
    }

    internal ErrorCode Put(in UserPutCommand command, WriteBatch batch)
    {
        if (command.Name.Length == 0)
        {
            return ErrorCode.UserEmpty;
        }

        return Current.Users.ContainsKey(command.Name)
            ? ErrorCode.UserExists
            : Set(new AuthUser(command.Name, command.NoPassword ? string.Empty : command.Hash, command.NoPassword, [], Current.Revision + 1), batch);
    }

    internal ErrorCode Delete(in UserDeleteCommand command, WriteBatch batch)
    {
        if (Current.IsEnabled && command.Name == AuthUser.Root)
        {
            return ErrorCode.InvalidAuthManagement;
        }

        if (!Current.Users.ContainsKey(command.Name))
        {
            return ErrorCode.UserNotFound;
        }

        batch.Delete(Bucket.Auth, AuthKeys.User(command.Name));
        var next = Current.Next();
        return Set(next with { Users = next.Users.Remove(command.Name) }, batch);
    }

    internal ErrorCode SetPassword(in UserPasswordCommand command, WriteBatch batch)
        => Current.Users.TryGetValue(command.Name, out var user)
            ? Set(user with { Hash = user.NoPassword ? string.Empty : command.Hash, CredentialRevision = Current.Revision + 1 }, batch)
            : ErrorCode.UserNotFound;

    internal ErrorCode Grant(in UserGrantCommand command, WriteBatch batch)
    {
        if (!Current.Users.TryGetValue(command.User, out var user))
        {
            return ErrorCode.UserNotFound;
        }

        if (command.Role != AuthRole.Root && !Current.Roles.ContainsKey(command.Role))
        {
            return ErrorCode.RoleNotFound;
        }

        return user.Has(command.Role)
            ? ErrorCode.None
            : Set(user with { Roles = [.. user.Roles.Append(command.Role).Order(Utf8Order.Instance)] }, batch);
    }

    internal ErrorCode Revoke(UserRevokeCommand command, WriteBatch batch)
    {
        if (Current.IsEnabled && command is { User: AuthUser.Root, Role: AuthRole.Root })
        {
            return ErrorCode.InvalidAuthManagement;
        }

        if (!Current.Users.TryGetValue(command.User, out var user))
        {
            return ErrorCode.UserNotFound;
        }

        return user.Has(command.Role)
            ? Set(user with { Roles = [.. user.Roles.Where(role => role != command.Role)] }, batch)
            : ErrorCode.RoleNotGranted;
    }

    internal ErrorCode Add(in RoleAddCommand command, WriteBatch batch)
        => command.Name.Length == 0 ? ErrorCode.RoleEmpty
            : Current.Roles.ContainsKey(command.Name) ? ErrorCode.RoleExists
            : Set(new AuthRole(command.Name, []), batch);

    internal ErrorCode Delete(RoleDeleteCommand command, WriteBatch batch)
    {
        if (Current.IsEnabled && command.Name == AuthRole.Root)
        {
            return ErrorCode.InvalidAuthManagement;
        }

        if (!Current.Roles.ContainsKey(command.Name))
        {
            return ErrorCode.RoleNotFound;
        }

        batch.Delete(Bucket.Auth, AuthKeys.Role(command.Name));
        var next = Current.Next();
        var users = next.Users.ToBuilder();
        foreach (var user in next.Users.Values.Where(user => user.Has(command.Name)))
        {
            var changed = user with { Roles = [.. user.Roles.Where(role => role != command.Name)] };
            users[user.Name] = changed;
            batch.Put(Bucket.Auth, AuthKeys.User(user.Name), AuthCodec.Encode(changed));
        }

        return Set(next with { Roles = next.Roles.Remove(command.Name), Users = users.ToImmutable() }, batch);
    }

    internal ErrorCode Grant(in RoleGrantCommand command, WriteBatch batch)
    {
        if (command.Type > PermissionType.ReadWrite || !AuthPermission.IsRange(command.Key.Span, command.RangeEnd.Span))
        {
            return ErrorCode.InvalidAuthManagement;
        }

        return Current.Roles.TryGetValue(command.Role, out var role)
            ? Set(role.With(new AuthPermission(command.Type, command.Key.ToArray(), command.RangeEnd.ToArray())), batch)
            : ErrorCode.RoleNotFound;
    }

    internal ErrorCode Revoke(in RoleRevokeCommand command, WriteBatch batch)
    {
        if (!Current.Roles.TryGetValue(command.Role, out var role))
        {
            return ErrorCode.RoleNotFound;
        }

        return role.Without(command.Key.Span, command.RangeEnd.Span) is { } changed ? Set(changed, batch) : ErrorCode.PermissionNotGranted;
    }

    /// <param name="command">The token.</param>
    /// <param name="index">Of the log entry.</param>
    /// <param name="batch">Receives the record.</param>
    internal ErrorCode Issue(in TokenIssueCommand command, ulong index, WriteBatch batch)
    {
        var isOfMember = command.User.Length == 0;
        if (!Current.IsEnabled || (!isOfMember && !IsCredential(command.User, command.CredentialRevision)))
        {
            return ErrorCode.CredentialChanged;
        }

        if (Current.Tokens.Count >= TokenTable.CountMax && Current.Tokens.Oldest is { } oldest)
        {
            Drop(oldest, batch);
        }

        Record(command.Digest, new TokenRecord(command.User, Current.Revision, index, index), batch);
        return ErrorCode.None;
    }

    internal void Touch(in TokenTouchCommand command, ulong index, WriteBatch batch)
    {
        if (Current.Tokens.TryGet(command.Digest, out var record))
        {
            Record(command.Digest, record with { UsedAt = index }, batch);
        }
    }

    internal void Drop(in TokenDropCommand command, WriteBatch batch)
    {
        foreach (var token in command.Tokens)
        {
            if (Current.Tokens.TryGet(token.Digest, out var record) && record.UsedAt == token.UsedAt)
            {
                Drop(token.Digest, batch);
            }
        }
    }

    internal void Load(IReadView view)
    {
        Current = AuthLoader.Load(view);
        _listener?.OnLoaded(Current.Tokens.Uses);
    }

    private bool IsCredential(string name, ulong revision)
        => Current.Users.TryGetValue(name, out var user) && !user.NoPassword && user.CredentialRevision == revision;

    private void Record(in TokenDigest digest, in TokenRecord record, WriteBatch batch)
    {
        Current = Current with { Tokens = Current.Tokens.With(digest, record) };
        batch.Put(Bucket.Auth, AuthKeys.Token(digest), AuthCodec.Encode(record));
        _listener?.OnUsed(new TokenUse(digest, record.UsedAt));
    }

    private void Drop(in TokenDigest digest, WriteBatch batch)
    {
        Current = Current with { Tokens = Current.Tokens.Without(digest) };
        batch.Delete(Bucket.Auth, AuthKeys.Token(digest));
        _listener?.OnDropped(digest);
    }

    private ErrorCode Set(AuthUser user, WriteBatch batch)
    {
        batch.Put(Bucket.Auth, AuthKeys.User(user.Name), AuthCodec.Encode(user));
        var next = Current.Next();
        return Set(next with { Users = next.Users.SetItem(user.Name, user) }, batch);
    }

    private ErrorCode Set(AuthRole role, WriteBatch batch)
    {
        batch.Put(Bucket.Auth, AuthKeys.Role(role.Name), AuthCodec.Encode(role));
        var next = Current.Next();
        return Set(next with { Roles = next.Roles.SetItem(role.Name, role) }, batch);
    }

    private ErrorCode Set(AuthState next, WriteBatch batch)
    {
        batch.Put(Bucket.Auth, AuthKeys.State, AuthCodec.EncodeState(next));
        Current = next;
        return ErrorCode.None;
    }
}
