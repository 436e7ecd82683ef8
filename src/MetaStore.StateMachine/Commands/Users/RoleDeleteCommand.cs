using MetaStore.StateMachine.Commands.Codec;

namespace MetaStore.StateMachine.Commands.Users;

/// <summary>Deletes a role and takes it from all users. Source: etcd v3 Auth.RoleDelete.</summary>
public readonly struct RoleDeleteCommand : ICommand
{
    /// <summary>The role.</summary>
    public required string Name { get; init; }

    /// <inheritdoc/>
    public int Size => CommandFormat.HeaderSize + CommandWriter.TextSize(Name);

    /// <inheritdoc/>
    public void Write(Span<byte> target)
    {
        var writer = new CommandWriter(target);
        writer.Header(CommandKind.RoleDelete);
        writer.Text(Name);
    }

    internal static RoleDeleteCommand Decode(ReadOnlyMemory<byte> source)
    {
        var reader = new CommandReader(source);
        reader.Header(CommandKind.RoleDelete);
        var command = new RoleDeleteCommand
        {
            Name = reader.Text(),
        };
        reader.End();
        return command;
    }
}
