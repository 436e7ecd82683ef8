using MetaStore.StateMachine.Commands.Codec;

namespace MetaStore.StateMachine.Commands.Users;

/// <summary>Gives a role to a user. Source: etcd v3 Auth.UserGrantRole.</summary>
public readonly struct UserGrantCommand : ICommand
{
    /// <summary>The user.</summary>
    public required string User { get; init; }

    /// <summary>The role.</summary>
    public required string Role { get; init; }

    /// <inheritdoc/>
    public int Size => CommandFormat.HeaderSize + CommandWriter.TextSize(User) + CommandWriter.TextSize(Role);

    /// <inheritdoc/>
    public void Write(Span<byte> target)
    {
        var writer = new CommandWriter(target);
        writer.Header(CommandKind.UserGrant);
        writer.Text(User);
        writer.Text(Role);
    }

    internal static UserGrantCommand Decode(ReadOnlyMemory<byte> source)
    {
        var reader = new CommandReader(source);
        reader.Header(CommandKind.UserGrant);
        var command = new UserGrantCommand
        {
            User = reader.Text(),
            Role = reader.Text(),
        };
        reader.End();
        return command;
    }
}
