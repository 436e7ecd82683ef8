using MetaStore.Engines;
using MetaStore.StateMachine.Auth.Rights;
using MetaStore.StateMachine.Auth.Tokens;
using MetaStore.StateMachine.Commands.Codec;

namespace MetaStore.StateMachine.Auth.Records;

/// <summary>The values of the Auth bucket. Each begins with a format byte; numbers and texts as in commands.</summary>
internal static class AuthCodec
{
    private const byte Format = 1;
    private const byte EnabledFlag = 1;
    private const byte NoPasswordFlag = 1;

    public static byte[] EncodeState(AuthState state)
    {
        var bytes = new byte[2 + CommandFormat.VarintSize(state.Revision) + CommandFormat.VarintSize(state.DisabledAt) + CommandFormat.VarintSize(state.Changes)];
        var writer = new CommandWriter(bytes);
        writer.Byte(Format);
        writer.Byte(state.IsEnabled ? EnabledFlag : (byte)0);
        writer.Varint(state.Revision);
        writer.Varint(state.DisabledAt);
        writer.Varint(state.Changes);
        return bytes;
    }

    public static byte[] Encode(AuthUser user)
    {
        var bytes = new byte[2 + CommandFormat.VarintSize(user.CredentialRevision) + CommandWriter.TextSize(user.Hash) + CommandWriter.TextsSize(user.Roles)];
        var writer = new CommandWriter(bytes);
        writer.Byte(Format);
        writer.Byte(user.NoPassword ? NoPasswordFlag : (byte)0);
        writer.Varint(user.CredentialRevision);
        writer.Text(user.Hash);
        writer.Texts(user.Roles);
        return bytes;
    }

    public static byte[] Encode(AuthRole role)
    {
        var size = 1 + CommandFormat.VarintSize((ulong)role.Permissions.Count);
        foreach (var permission in role.Permissions)
        {
            size += 1 + CommandFormat.BytesSize(permission.Key) + CommandFormat.BytesSize(permission.RangeEnd);
        }

        var bytes = new byte[size];
        var writer = new CommandWriter(bytes);
        writer.Byte(Format);
        writer.Varint((ulong)role.Permissions.Count);
        foreach (var permission in role.Permissions)
        {
            writer.Byte((byte)permission.Type);
            writer.Bytes(permission.Key);
            writer.Bytes(permission.RangeEnd);
        }

        return bytes;
    }

    public static byte[] Encode(in TokenRecord token)
    {
        var bytes = new byte[1 + CommandWriter.TextSize(token.User) + CommandFormat.VarintSize(token.Revision)
            + CommandFormat.VarintSize(token.IssuedAt) + CommandFormat.VarintSize(token.UsedAt)];
        var writer = new CommandWriter(bytes);
        writer.Byte(Format);
        writer.Text(token.User);
        writer.Varint(token.Revision);
        writer.Varint(token.IssuedAt);
        writer.Varint(token.UsedAt);
        return bytes;
    }

    /// <summary>Switch and numbers, without users, roles and tokens.</summary>
    public static AuthState DecodeState(ReadOnlyMemory<byte> bytes)
    {
        var reader = Begin(bytes);
        var state = new AuthState
        {
            IsEnabled = reader.Flags(EnabledFlag) != 0,
            Revision = reader.Varint(),
            DisabledAt = reader.Varint(),
            Changes = reader.Varint(),
        };
        reader.End();
        return state;
    }

    public static AuthUser DecodeUser(string name, ReadOnlyMemory<byte> bytes)
    {
        var reader = Begin(bytes);
        var noPassword = reader.Flags(NoPasswordFlag) != 0;
        var revision = reader.Varint();
        var user = new AuthUser(name, reader.Text(), noPassword, reader.Texts(), revision);
        reader.End();
        return user;
    }

    public static AuthRole DecodeRole(string name, ReadOnlyMemory<byte> bytes)
    {
        var reader = Begin(bytes);
        var permissions = new AuthPermission[reader.Count()];
        for (var i = 0; i < permissions.Length; i++)
        {
            permissions[i] = new AuthPermission((PermissionType)reader.Byte(), reader.Bytes().ToArray(), reader.Bytes().ToArray());
        }

        reader.End();
        return new AuthRole(name, permissions);
    }

    public static TokenRecord DecodeToken(ReadOnlyMemory<byte> bytes)
    {
        var reader = Begin(bytes);
        var token = new TokenRecord(reader.Text(), reader.Varint(), reader.Varint(), reader.Varint());
        reader.End();
        return token;
    }

    private static CommandReader Begin(ReadOnlyMemory<byte> bytes)
    {
        var reader = new CommandReader(bytes);
        return reader.Byte() == Format ? reader : throw new EngineException("A record of users and roles has an unknown format.");
    }
}
