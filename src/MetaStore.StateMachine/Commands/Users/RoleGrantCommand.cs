using MetaStore.StateMachine.Auth.Rights;
using MetaStore.StateMachine.Commands.Codec;

namespace MetaStore.StateMachine.Commands.Users;

/// <summary>Adds a permission to a role, or changes the type of the one with the same key and range end. Source: etcd v3 Auth.RoleGrantPermission.</summary>
public readonly struct RoleGrantCommand : ICommand
{
    /// <summary>The role.</summary>
    public required string Role { get; init; }

    /// <summary>What it allows; unknown numbers are refused when it is applied.</summary>
    public PermissionType Type { get; init; }

    /// <summary>First key.</summary>
    public ReadOnlyMemory<byte> Key { get; init; }

    /// <summary>As in a range request: empty for one key, one zero byte for no end.</summary>
    public ReadOnlyMemory<byte> RangeEnd { get; init; }

    /// <inheritdoc/>
    public int Size => CommandFormat.HeaderSize + CommandWriter.TextSize(Role) + 1 + CommandFormat.BytesSize(Key) + CommandFormat.BytesSize(RangeEnd);

    /// <inheritdoc/>
    public void Write(Span<byte> target)
    {
        var writer = new CommandWriter(target);
        writer.Header(CommandKind.RoleGrant);
        writer.Text(Role);
        writer.Byte((byte)Type);
        writer.Bytes(Key);
        writer.Bytes(RangeEnd);
    }

    internal static RoleGrantCommand Decode(ReadOnlyMemory<byte> source)
    {
        var reader = new CommandReader(source);
        reader.Header(CommandKind.RoleGrant);
        var command = new RoleGrantCommand
        {
            Role = reader.Text(),
            Type = (PermissionType)reader.Byte(),
            Key = reader.Bytes(),
            RangeEnd = reader.Bytes(),
        };
        reader.End();
        return command;
    }
}
