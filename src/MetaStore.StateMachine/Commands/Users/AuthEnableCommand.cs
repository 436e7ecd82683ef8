using MetaStore.StateMachine.Commands.Codec;

namespace MetaStore.StateMachine.Commands.Users;

/// <summary>Switches the checks of users and roles on. Source: etcd v3 Auth.AuthEnable.</summary>
public readonly struct AuthEnableCommand : ICommand
{
    /// <inheritdoc/>
    public int Size => CommandFormat.HeaderSize;

    /// <inheritdoc/>
    public void Write(Span<byte> target)
    {
        var writer = new CommandWriter(target);
        writer.Header(CommandKind.AuthEnable);
    }

    internal static AuthEnableCommand Decode(ReadOnlyMemory<byte> source)
    {
        var reader = new CommandReader(source);
        reader.Header(CommandKind.AuthEnable);
        reader.End();
        return default;
    }
}
