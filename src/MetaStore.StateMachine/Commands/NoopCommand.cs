using MetaStore.StateMachine.Commands.Codec;

namespace MetaStore.StateMachine.Commands;

/// <summary>Changes nothing; a barrier through the log.</summary>
public readonly struct NoopCommand : IMemberCommand
{
    /// <inheritdoc/>
    public int Size => CommandFormat.HeaderSize;

    /// <inheritdoc/>
    public void Write(Span<byte> target)
    {
        var writer = new CommandWriter(target);
        writer.Header(CommandKind.Noop);
    }

    internal static void Check(ReadOnlyMemory<byte> source)
    {
        var reader = new CommandReader(source);
        reader.Header(CommandKind.Noop);
        reader.End();
    }
}
