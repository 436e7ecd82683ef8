using System.Text;
using MetaStore.StateMachine.Auth;
using MetaStore.StateMachine.Auth.Records;
using MetaStore.StateMachine.Auth.Rights;

namespace MetaStore.StateMachine.EtcdFiles;

/// <summary>Users and roles as etcd stores them. Source: etcd authpb.User, authpb.Role, authpb.Permission.</summary>
internal static class EtcdUsers
{
    private const int NoPasswordField = 1;

    public static byte[] Encode(AuthUser user)
    {
        var message = new ProtoBuilder().Text(1, user.Name).Text(2, user.Hash);
        foreach (var role in user.Roles)
        {
            message.Message(3, Encoding.UTF8.GetBytes(role));
        }

        // etcd reads the options of a user without looking whether there are any.
        return message.Message(4, new ProtoBuilder().Number(NoPasswordField, user.NoPassword ? 1UL : 0).ToArray()).ToArray();
    }

    public static byte[] Encode(AuthRole role)
    {
        var message = new ProtoBuilder().Text(1, role.Name);
        foreach (var permission in role.Permissions)
        {
            message.Message(2, new ProtoBuilder().Number(1, (ulong)permission.Type).Bytes(2, permission.Key).Bytes(3, permission.RangeEnd).ToArray());
        }

        return message.ToArray();
    }

    /// <param name="key">Name of the user.</param>
    /// <param name="value">authpb.User.</param>
    /// <param name="revision">Auth revision from which the password counts.</param>
    /// <exception cref="EtcdFileException">The record is not a user.</exception>
    public static AuthUser DecodeUser(ReadOnlySpan<byte> key, ReadOnlySpan<byte> value, ulong revision)
    {
        var fields = new ProtoFields(value);
        string? name = null, hash = string.Empty;
        var roles = new SortedSet<string>(Utf8Order.Instance);
        var noPassword = false;
        while (fields.MoveNext())
        {
            switch (fields.Field)
            {
                case 1:
                    name = fields.Text;
                    break;
                case 2:
                    hash = fields.Text;
                    break;
                case 3:
                    roles.Add(fields.Text ?? throw new EtcdFileException(EtcdNames.AuthUsers, key, "the name of a role is not UTF-8"));
                    break;
                case 4:
                    var options = new ProtoFields(fields.Bytes);
                    while (options.MoveNext())
                    {
                        noPassword |= options.Field == NoPasswordField && options.Number != 0;
                    }

                    break;
            }
        }

        return fields.IsWhole && hash is not null && name is { Length: > 0 } && Encoding.UTF8.GetBytes(name).AsSpan().SequenceEqual(key)
            ? new AuthUser(name, noPassword ? string.Empty : hash, noPassword, [.. roles], revision)
            : throw new EtcdFileException(EtcdNames.AuthUsers, key, "the record is not a user of this name");
    }

    /// <exception cref="EtcdFileException">The record is not a role.</exception>
    public static AuthRole DecodeRole(ReadOnlySpan<byte> key, ReadOnlySpan<byte> value)
    {
        var fields = new ProtoFields(value);
        var role = new AuthRole(string.Empty, []);
        while (fields.MoveNext())
        {
            role = fields.Field switch
            {
                1 => role with { Name = fields.Text ?? string.Empty },
                2 => With(role, key, fields.Bytes),
                _ => role,
            };
        }

        return fields.IsWhole && role.Name.Length > 0 && Encoding.UTF8.GetBytes(role.Name).AsSpan().SequenceEqual(key)
            ? role
            : throw new EtcdFileException(EtcdNames.AuthRoles, key, "the record is not a role of this name");
    }

    private static AuthRole With(AuthRole role, ReadOnlySpan<byte> name, ReadOnlySpan<byte> message)
    {
        var fields = new ProtoFields(message);
        var (type, key, end) = (0UL, Array.Empty<byte>(), Array.Empty<byte>());
        while (fields.MoveNext())
        {
            switch (fields.Field)
            {
                case 1:
                    type = fields.Number;
                    break;
                case 2:
                    key = fields.Bytes.ToArray();
                    break;
                case 3:
                    end = fields.Bytes.ToArray();
                    break;
            }
        }

        if (!fields.IsWhole || type > (ulong)PermissionType.ReadWrite)
        {
            throw new EtcdFileException(EtcdNames.AuthRoles, name, "a permission cannot be read");
        }

        // No key is empty: a range from there is one from the lowest key. A range that contains nothing, which old releases accept, permits nothing.
        key = key.Length == 0 && end.Length > 0 ? [0] : key;
        return AuthPermission.IsRange(key, end) ? role.With(new AuthPermission((PermissionType)type, key, end)) : role;
    }
}
