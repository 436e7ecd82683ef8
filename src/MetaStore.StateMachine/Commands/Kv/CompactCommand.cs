using MetaStore.StateMachine.Commands.Codec;

namespace MetaStore.StateMachine.Commands.Kv;

/// <summary>Discards history older than a revision. Source: etcd v3 KV.Compact.</summary>
public readonly struct CompactCommand : ICommand
{
    /// <summary>Oldest revision that stays readable.</summary>
    public long Revision { get; init; }

    /// <inheritdoc/>
    public int Size => CommandFormat.HeaderSize + CommandFormat.SignedSize(Revision);

    /// <inheritdoc/>
    public void Write(Span<byte> target)
    {
        var writer = new CommandWriter(target);
        writer.Header(CommandKind.Compact);
        writer.Signed(Revision);
    }

    internal static CompactCommand Decode(ReadOnlyMemory<byte> source)
    {
        var reader = new CommandReader(source);
        reader.Header(CommandKind.Compact);
        var command = new CompactCommand { Revision = reader.Signed() };
        reader.End();
        return command;
    }
}
