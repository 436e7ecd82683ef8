using MetaStore.StateMachine.Commands.Codec;

namespace MetaStore.StateMachine.Commands.Users;

/// <summary>Deletes a user. Source: etcd v3 Auth.UserDelete.</summary>
public readonly struct UserDeleteCommand : ICommand
{
    /// <summary>The user.</summary>
    public required string Name { get; init; }

    /// <inheritdoc/>
    public int Size => CommandFormat.HeaderSize + CommandWriter.TextSize(Name);

    /// <inheritdoc/>
    public void Write(Span<byte> target)
    {
        var writer = new CommandWriter(target);
        writer.Header(CommandKind.UserDelete);
        writer.Text(Name);
    }

    internal static UserDeleteCommand Decode(ReadOnlyMemory<byte> source)
    {
        var reader = new CommandReader(source);
        reader.Header(CommandKind.UserDelete);
        var command = new UserDeleteCommand
        {
            Name = reader.Text(),
        };
        reader.End();
        return command;
    }
}
