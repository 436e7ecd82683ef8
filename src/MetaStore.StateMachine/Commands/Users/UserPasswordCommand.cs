using MetaStore.StateMachine.Commands.Codec;

namespace MetaStore.StateMachine.Commands.Users;

/// <summary>Changes the password of a user. Source: etcd v3 Auth.UserChangePassword.</summary>
public readonly struct UserPasswordCommand : ICommand
{
    /// <summary>The user.</summary>
    public required string Name { get; init; }

    /// <summary>The bcrypt hash of the new password. Never the password.</summary>
    public required string Hash { get; init; }

    /// <inheritdoc/>
    public int Size => CommandFormat.HeaderSize + CommandWriter.TextSize(Name) + CommandWriter.TextSize(Hash);

    /// <inheritdoc/>
    public void Write(Span<byte> target)
    {
        var writer = new CommandWriter(target);
        writer.Header(CommandKind.UserPassword);
        writer.Text(Name);
        writer.Text(Hash);
    }

    internal static UserPasswordCommand Decode(ReadOnlyMemory<byte> source)
    {
        var reader = new CommandReader(source);
        reader.Header(CommandKind.UserPassword);
        var command = new UserPasswordCommand
        {
            Name = reader.Text(),
            Hash = reader.Text(),
        };
        reader.End();
        return command;
    }
}
