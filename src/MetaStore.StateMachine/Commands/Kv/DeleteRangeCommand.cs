using MetaStore.StateMachine.Commands.Codec;

namespace MetaStore.StateMachine.Commands.Kv;

/// <summary>Deletes a key or a range of keys. Source: etcd v3 KV.DeleteRange.</summary>
/// <remarks>When decoded, the byte strings are slices of the log entry.</remarks>
public readonly struct DeleteRangeCommand : ICommand
{
    private const byte PrevKvFlag = 1;

    /// <summary>First key, never empty.</summary>
    public ReadOnlyMemory<byte> Key { get; init; }

    /// <summary>Empty = only <see cref="Key"/>; one zero byte = everything from it on; otherwise exclusive end.</summary>
    public ReadOnlyMemory<byte> RangeEnd { get; init; }

    /// <summary>Answer with the deleted pairs, in key order.</summary>
    public bool PrevKv { get; init; }

    /// <inheritdoc/>
    public int Size => CommandFormat.HeaderSize + BodySize;

    internal int BodySize => 1 + CommandFormat.BytesSize(Key) + CommandFormat.BytesSize(RangeEnd);

    /// <inheritdoc/>
    public void Write(Span<byte> target)
    {
        var writer = new CommandWriter(target);
        writer.Header(CommandKind.DeleteRange);
        WriteBody(ref writer);
    }

    internal void WriteBody(ref CommandWriter writer)
    {
        writer.Byte(PrevKv ? PrevKvFlag : (byte)0);
        writer.Bytes(Key);
        writer.Bytes(RangeEnd);
    }

    internal static DeleteRangeCommand Decode(ReadOnlyMemory<byte> source)
    {
        var reader = new CommandReader(source);
        reader.Header(CommandKind.DeleteRange);
        var command = ReadBody(ref reader);
        reader.End();
        return command;
    }

    internal static DeleteRangeCommand ReadBody(ref CommandReader reader)
        => new()
        {
            PrevKv = reader.Flags(PrevKvFlag) != 0,
            Key = reader.Bytes(),
            RangeEnd = reader.Bytes(),
        };
}
