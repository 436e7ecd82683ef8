using MetaStore.StateMachine.Commands.Codec;
using MetaStore.StateMachine.Commands.Identities;
using MetaStore.StateMachine.Commands.Kv;

namespace MetaStore.StateMachine.Commands;

/// <summary>Which commands take a short time whatever the store holds.</summary>
public static class ShortCommands
{
    /// <summary>
    /// True for a put and for a command that changes nothing. A range, a transaction or the end of a lease may change every key, however short its
    /// encoding is.
    /// </summary>
    /// <param name="command">Encoded. One that cannot be read is not short.</param>
    public static bool IsShort(ReadOnlyMemory<byte> command) =>
        !command.IsEmpty && (CommandKind)command.Span[0] switch
        {
            CommandKind.Put or CommandKind.Noop => true,
            CommandKind.As => IsShortAs(command),
            _ => false,
        };

    private static bool IsShortAs(ReadOnlyMemory<byte> command)
    {
        try
        {
            var inner = AsHeader.InnerOf(command);

            // With a lease the right on each of its keys is looked at.
            return (CommandKind)inner.Span[0] == CommandKind.Put && PutCommand.Decode(inner).Lease == 0;
        }
        catch (CommandFormatException)
        {
            // Reported when it is applied.
            return false;
        }
    }
}
