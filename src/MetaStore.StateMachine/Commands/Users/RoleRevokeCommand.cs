using MetaStore.StateMachine.Commands.Codec;

namespace MetaStore.StateMachine.Commands.Users;

/// <summary>Removes the permission of a role with exactly this key and range end. Source: etcd v3 Auth.RoleRevokePermission.</summary>
public readonly struct RoleRevokeCommand : ICommand
{
    /// <summary>The role.</summary>
    public required string Role { get; init; }

    /// <summary>First key.</summary>
    public ReadOnlyMemory<byte> Key { get; init; }

    /// <summary>As in a range request.</summary>
    public ReadOnlyMemory<byte> RangeEnd { get; init; }

    /// <inheritdoc/>
    public int Size => CommandFormat.HeaderSize + CommandWriter.TextSize(Role) + CommandFormat.BytesSize(Key) + CommandFormat.BytesSize(RangeEnd);

    /// <inheritdoc/>
    public void Write(Span<byte> target)
    {
        var writer = new CommandWriter(target);
        writer.Header(CommandKind.RoleRevoke);
        writer.Text(Role);
        writer.Bytes(Key);
        writer.Bytes(RangeEnd);
    }

    internal static RoleRevokeCommand Decode(ReadOnlyMemory<byte> source)
    {
        var reader = new CommandReader(source);
        reader.Header(CommandKind.RoleRevoke);
        var command = new RoleRevokeCommand
        {
            Role = reader.Text(),
            Key = reader.Bytes(),
            RangeEnd = reader.Bytes(),
        };
        reader.End();
        return command;
    }
}
