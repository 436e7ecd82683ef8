using Google.Protobuf;
using MetaStore.Protocol.Auth;
using MetaStore.Protocol.Etcd;

namespace MetaStore.Compatibility.Tests.Users;

/// <summary>Random calls of administrators, users and unknown callers, few names and keys, so that most meet something.</summary>
/// <remarks>
/// Left out is what differs on purpose (docs/compatibility.md): wrong passwords, which are slowed down; permissions and requests that end before they
/// begin; RoleGet of root; a disable, after which etcd's tokens are gone; two ranges of one role that begin with the same key, which etcd may keep twice;
/// prev_kv of a put in a transaction.
/// </remarks>
internal sealed class UserRequests(int seed)
{
    private static readonly string[] s_users = ["a", "b", "c", "d"];
    private static readonly string[] s_roles = ["r", "s", "t"];

    private readonly Random _random = new(seed);
    private readonly Dictionary<(string Role, ByteString Key), ByteString> _ends = [];

    /// <summary>Passwords of the users as far as they were set by calls that succeeded.</summary>
    public Dictionary<string, string> Passwords { get; } = new(StringComparer.Ordinal) { ["root"] = "root" };

    /// <summary>Who calls: root mostly, since its calls change things; a user; "none" or "bad".</summary>
    public string Caller() => _random.Next(20) switch
    {
        < 9 => "root",
        < 17 => Pick(s_users),
        17 or 18 => "none",
        _ => "bad",
    };

    /// <summary>The service and the method, and the request.</summary>
    public (string Method, IMessage Request) Next() => _random.Next(100) switch
    {
        < 8 => ("Auth/UserAdd", new AuthUserAddRequest { Name = User(), Password = $"p{_random.Next(3)}" }),
        < 11 => ("Auth/UserDelete", new AuthUserDeleteRequest { Name = User() }),
        < 15 => ("Auth/UserChangePassword", new AuthUserChangePasswordRequest { Name = User(), Password = $"p{_random.Next(3)}" }),
        < 25 => ("Auth/UserGrantRole", new AuthUserGrantRoleRequest { User = User(), Role = Role() }),
        < 29 => ("Auth/UserRevokeRole", new AuthUserRevokeRoleRequest { Name = User(), Role = Role() }),
        < 33 => ("Auth/UserGet", new AuthUserGetRequest { Name = User() }),
        < 35 => ("Auth/UserList", new AuthUserListRequest()),
        < 39 => ("Auth/RoleAdd", new AuthRoleAddRequest { Name = Pick(s_roles) }),
        < 41 => ("Auth/RoleDelete", new AuthRoleDeleteRequest { Role = Role() }),
        < 45 => ("Auth/RoleGet", new AuthRoleGetRequest { Role = Pick(s_roles) }),
        < 47 => ("Auth/RoleList", new AuthRoleListRequest()),
        < 57 => ("Auth/RoleGrantPermission", Grant()),
        < 60 => ("Auth/RoleRevokePermission", Revoke()),
        < 62 => ("Auth/AuthEnable", new AuthEnableRequest()),
        < 74 => ("KV/Put", new PutRequest { Key = Key(), Value = Key(), PrevKv = _random.Next(2) == 0 }),
        < 86 => ("KV/Range", Range()),
        < 93 => ("KV/DeleteRange", DeleteRange()),
        _ => ("KV/Txn", Txn()),
    };

    /// <summary>A call has succeeded on both sides.</summary>
    /// <returns>The user whose tokens it has ended; null for none.</returns>
    public string? Learn(IMessage request)
    {
        switch (request)
        {
            case AuthUserAddRequest add:
                Passwords[add.Name] = add.Password;
                return add.Name;
            case AuthUserChangePasswordRequest change:
                Passwords[change.Name] = change.Password;
                return change.Name;
            case AuthUserDeleteRequest delete:
                Passwords.Remove(delete.Name);
                return null;
            default:
                return null;
        }
    }

    private AuthRoleGrantPermissionRequest Grant()
    {
        string role = Role();
        ByteString key = Key();
        return new AuthRoleGrantPermissionRequest
        {
            Name = role,
            Perm = new Permission { PermType = (Permission.Types.Type)_random.Next(3), Key = key, RangeEnd = EndOf(role, key) },
        };
    }

    private AuthRoleRevokePermissionRequest Revoke()
    {
        string role = Role();
        (ByteString key, ByteString end) = Keys();
        return new AuthRoleRevokePermissionRequest { Role = role, Key = key, RangeEnd = _random.Next(3) > 0 ? EndOf(role, key) : end };
    }

    /// <summary>Where the permission of a role that begins with a key ends.</summary>
    private ByteString EndOf(string role, ByteString key)
    {
        if (!_ends.TryGetValue((role, key), out ByteString? end))
        {
            end = End();
            _ends[(role, key)] = end = IsAfter(end, key) ? end : ByteString.Empty;
        }

        return end;
    }

    private RangeRequest Range()
    {
        (ByteString key, ByteString end) = Keys();
        return new RangeRequest { Key = key, RangeEnd = end, KeysOnly = _random.Next(4) == 0, CountOnly = _random.Next(4) == 0, Serializable = _random.Next(4) == 0 };
    }

    private DeleteRangeRequest DeleteRange()
    {
        (ByteString key, ByteString end) = Keys();
        return new DeleteRangeRequest { Key = key, RangeEnd = end, PrevKv = _random.Next(2) == 0 };
    }

    private TxnRequest Txn()
    {
        var txn = new TxnRequest();
        txn.Compare.Add(new Compare { Key = Key(), Target = Compare.Types.CompareTarget.Version, Version = _random.Next(2), Result = Compare.Types.CompareResult.Greater });
        txn.Success.Add(Operation());
        txn.Failure.Add(Operation());
        return txn;
    }

    private RequestOp Operation() => _random.Next(3) switch
    {
        0 => new RequestOp { RequestRange = Range() },
        1 => new RequestOp { RequestPut = new PutRequest { Key = Key() } },
        _ => new RequestOp { RequestDeleteRange = DeleteRange() },
    };

    private string User() => _random.Next(12) == 0 ? "root" : Pick(s_users);

    private string Role() => _random.Next(12) == 0 ? "root" : Pick(s_roles);

    private ByteString Key() => ByteString.CopyFromUtf8($"k{_random.Next(8)}");

    private ByteString End() => _random.Next(10) switch
    {
        < 5 => ByteString.Empty,
        < 9 => Key(),
        _ => ByteString.CopyFrom(0),
    };

    /// <summary>A key alone, a range with keys, or everything from a key on.</summary>
    private (ByteString Key, ByteString End) Keys()
    {
        ByteString key = Key();
        ByteString end = End();
        return (key, IsAfter(end, key) ? end : ByteString.Empty);
    }

    private string Pick(string[] names) => names[_random.Next(names.Length)];

    private static bool IsAfter(ByteString end, ByteString key) => end.Span is [0] || end.Span.SequenceCompareTo(key.Span) > 0;
}
