using MetaStore.StateMachine.Commands.Codec;

namespace MetaStore.StateMachine.Commands.Users;

/// <summary>Adds a user. Source: etcd v3 Auth.UserAdd.</summary>
public readonly struct UserPutCommand : ICommand
{
    private const byte NoPasswordFlag = 1;

    /// <summary>Unique; empty is refused when it is applied.</summary>
    public required string Name { get; init; }

    /// <summary>The user has no password and can authenticate by certificate only.</summary>
    public bool NoPassword { get; init; }

    /// <summary>The bcrypt hash of the password; empty without one. Never the password.</summary>
    public required string Hash { get; init; }

    /// <inheritdoc/>
    public int Size => CommandFormat.HeaderSize + CommandWriter.TextSize(Name) + 1 + CommandWriter.TextSize(Hash);

    /// <inheritdoc/>
    public void Write(Span<byte> target)
    {
        var writer = new CommandWriter(target);
        writer.Header(CommandKind.UserPut);
        writer.Text(Name);
        writer.Byte(NoPassword ? NoPasswordFlag : (byte)0);
        writer.Text(Hash);
    }

    internal static UserPutCommand Decode(ReadOnlyMemory<byte> source)
    {
        var reader = new CommandReader(source);
        reader.Header(CommandKind.UserPut);
        var command = new UserPutCommand
        {
            Name = reader.Text(),
            NoPassword = reader.Flags(NoPasswordFlag) != 0,
            Hash = reader.Text(),
        };
        reader.End();
        return command;
    }
}
