using MetaStore.StateMachine.Commands.Codec;

namespace MetaStore.StateMachine.Commands.Users;

/// <summary>Adds a role without permissions. Source: etcd v3 Auth.RoleAdd.</summary>
public readonly struct RoleAddCommand : ICommand
{
    /// <summary>Unique; empty is refused when it is applied.</summary>
    public required string Name { get; init; }

    /// <inheritdoc/>
    public int Size => CommandFormat.HeaderSize + CommandWriter.TextSize(Name);

    /// <inheritdoc/>
    public void Write(Span<byte> target)
    {
        var writer = new CommandWriter(target);
        writer.Header(CommandKind.RoleAdd);
        writer.Text(Name);
    }

    internal static RoleAddCommand Decode(ReadOnlyMemory<byte> source)
    {
        var reader = new CommandReader(source);
        reader.Header(CommandKind.RoleAdd);
        var command = new RoleAddCommand
        {
            Name = reader.Text(),
        };
        reader.End();
        return command;
    }
}
