using MetaStore.StateMachine.Commands.Codec;

namespace MetaStore.StateMachine.Commands.Users;

/// <summary>Switches the checks of users and roles off. Source: etcd v3 Auth.AuthDisable.</summary>
public readonly struct AuthDisableCommand : ICommand
{
    /// <inheritdoc/>
    public int Size => CommandFormat.HeaderSize;

    /// <inheritdoc/>
    public void Write(Span<byte> target)
    {
        var writer = new CommandWriter(target);
        writer.Header(CommandKind.AuthDisable);
    }

    internal static AuthDisableCommand Decode(ReadOnlyMemory<byte> source)
    {
        var reader = new CommandReader(source);
        reader.Header(CommandKind.AuthDisable);
        reader.End();
        return default;
    }
}
