using MetaStore.StateMachine.Commands.Codec;

namespace MetaStore.StateMachine.Commands.Users;

/// <summary>Takes a role from a user. Source: etcd v3 Auth.UserRevokeRole.</summary>
public readonly struct UserRevokeCommand : ICommand
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
        writer.Header(CommandKind.UserRevoke);
        writer.Text(User);
        writer.Text(Role);
    }

    internal static UserRevokeCommand Decode(ReadOnlyMemory<byte> source)
    {
        var reader = new CommandReader(source);
        reader.Header(CommandKind.UserRevoke);
        var command = new UserRevokeCommand
        {
            User = reader.Text(),
            Role = reader.Text(),
        };
        reader.End();
        return command;
    }
}
