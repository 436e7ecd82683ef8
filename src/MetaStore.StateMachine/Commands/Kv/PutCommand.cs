using MetaStore.StateMachine.Commands.Codec;

namespace MetaStore.StateMachine.Commands.Kv;

/// <summary>Sets one key. Source: etcd v3 KV.Put.</summary>
/// <remarks>When decoded, <see cref="Key"/> and <see cref="Value"/> are slices of the log entry.</remarks>
public readonly struct PutCommand : ICommand
{
    private const byte PrevKvFlag = 1;
    private const byte IgnoreValueFlag = 2;
    private const byte IgnoreLeaseFlag = 4;

    /// <summary>Never empty.</summary>
    public ReadOnlyMemory<byte> Key { get; init; }

    /// <summary>May be empty.</summary>
    public ReadOnlyMemory<byte> Value { get; init; }

    /// <summary>Lease to attach to; 0 = none, which also detaches from an earlier one. May be negative.</summary>
    public long Lease { get; init; }

    /// <summary>Answer with the pair before the write.</summary>
    public bool PrevKv { get; init; }

    /// <summary>Keep the value the key has.</summary>
    public bool IgnoreValue { get; init; }

    /// <summary>Keep the lease the key has.</summary>
    public bool IgnoreLease { get; init; }

    /// <inheritdoc/>
    public int Size => CommandFormat.HeaderSize + BodySize;

    internal int BodySize
        => 1 + CommandFormat.BytesSize(Key) + CommandFormat.SignedSize(Lease) + CommandFormat.BytesSize(Value);

    /// <inheritdoc/>
    public void Write(Span<byte> target)
    {
        var writer = new CommandWriter(target);
        writer.Header(CommandKind.Put);
        WriteBody(ref writer);
    }

    internal void WriteBody(ref CommandWriter writer)
    {
        writer.Byte((byte)((PrevKv ? PrevKvFlag : 0) | (IgnoreValue ? IgnoreValueFlag : 0) | (IgnoreLease ? IgnoreLeaseFlag : 0)));
        writer.Bytes(Key);
        writer.Signed(Lease);
        writer.Bytes(Value);
    }

    internal static PutCommand Decode(ReadOnlyMemory<byte> source)
    {
        var reader = new CommandReader(source);
        reader.Header(CommandKind.Put);
        var command = ReadBody(ref reader);
        reader.End();
        return command;
    }

    internal static PutCommand ReadBody(ref CommandReader reader)
    {
        var flags = reader.Flags(PrevKvFlag | IgnoreValueFlag | IgnoreLeaseFlag);
        var key = reader.Bytes();
        if (key.IsEmpty)
        {
            throw reader.Fault("puts an empty key");
        }

        return new PutCommand
        {
            PrevKv = (flags & PrevKvFlag) != 0,
            IgnoreValue = (flags & IgnoreValueFlag) != 0,
            IgnoreLease = (flags & IgnoreLeaseFlag) != 0,
            Key = key,
            Lease = reader.Signed(),
            Value = reader.Bytes(),
        };
    }
}
