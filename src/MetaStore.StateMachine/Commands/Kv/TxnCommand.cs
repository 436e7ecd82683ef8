using MetaStore.StateMachine.Commands.Codec;

namespace MetaStore.StateMachine.Commands.Kv;

/// <summary>Conditions and two lists of operations, one of which is executed atomically. Source: etcd v3 KV.Txn.</summary>
public sealed class TxnCommand : ICommand
{
    /// <summary>All must hold for <see cref="Success"/> to be taken; empty = they do.</summary>
    public IReadOnlyList<TxnCompare> Compares { get; init; } = [];

    /// <summary>Executed in order when all compares hold.</summary>
    public IReadOnlyList<TxnOp> Success { get; init; } = [];

    /// <summary>Executed in order otherwise.</summary>
    public IReadOnlyList<TxnOp> Failure { get; init; } = [];

    /// <inheritdoc/>
    public int Size => CommandFormat.HeaderSize + BodySize;

    /// <summary>True when both lists hold only reads: such a transaction is served by a reader and needs no log entry.</summary>
    public bool IsReadOnly => OnlyRanges(Success) && OnlyRanges(Failure);

    internal int BodySize
    {
        get
        {
            var size = CommandFormat.VarintSize((ulong)Compares.Count);
            foreach (var compare in Compares)
            {
                size += compare.BodySize;
            }

            return size + ListSize(Success) + ListSize(Failure);
        }
    }

    /// <inheritdoc/>
    public void Write(Span<byte> target)
    {
        var writer = new CommandWriter(target);
        writer.Header(CommandKind.Txn);
        WriteBody(ref writer);
    }

    internal void WriteBody(ref CommandWriter writer)
    {
        writer.Varint((ulong)Compares.Count);
        foreach (var compare in Compares)
        {
            compare.WriteBody(ref writer);
        }

        WriteList(ref writer, Success);
        WriteList(ref writer, Failure);
    }

    internal static TxnCommand Decode(ReadOnlyMemory<byte> source)
    {
        var reader = new CommandReader(source);
        reader.Header(CommandKind.Txn);
        var command = ReadBody(ref reader, depth: 0);
        reader.End();
        return command;
    }

    internal static TxnCommand ReadBody(ref CommandReader reader, int depth)
    {
        if (depth > CommandFormat.TxnDepthMax)
        {
            throw reader.Fault($"nests transactions deeper than {CommandFormat.TxnDepthMax}");
        }

        var compares = new TxnCompare[reader.Count()];
        for (var i = 0; i < compares.Length; i++)
        {
            compares[i] = TxnCompare.ReadBody(ref reader);
        }

        return new TxnCommand { Compares = compares, Success = ReadList(ref reader, depth), Failure = ReadList(ref reader, depth) };
    }

    private static TxnOp[] ReadList(ref CommandReader reader, int depth)
    {
        var operations = new TxnOp[reader.Count()];
        for (var i = 0; i < operations.Length; i++)
        {
            operations[i] = TxnOp.ReadBody(ref reader, depth);
        }

        return operations;
    }

    private static void WriteList(ref CommandWriter writer, IReadOnlyList<TxnOp> operations)
    {
        writer.Varint((ulong)operations.Count);
        foreach (var operation in operations)
        {
            operation.WriteBody(ref writer);
        }
    }

    private static int ListSize(IReadOnlyList<TxnOp> operations)
    {
        var size = CommandFormat.VarintSize((ulong)operations.Count);
        foreach (var operation in operations)
        {
            size += operation.BodySize;
        }

        return size;
    }

    private static bool OnlyRanges(IReadOnlyList<TxnOp> operations)
    {
        foreach (var operation in operations)
        {
            if (operation.Kind != TxnOpKind.Range)
            {
                return false;
            }
        }

        return true;
    }
}
