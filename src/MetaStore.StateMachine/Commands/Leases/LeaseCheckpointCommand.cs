using MetaStore.StateMachine.Commands.Codec;
using MetaStore.StateMachine.Leases;

namespace MetaStore.StateMachine.Commands.Leases;

/// <summary>Records the remaining time of leases, or their renewal, unless leadership changed between the decision and the log.</summary>
/// <remarks>
/// The term prevents a record of an old leader from overriding a renewal by the next one; the epoch of each item prevents a delayed
/// record from overriding a renewal by the same leader. Source: etcd v3 Lease.LeaseCheckpoint.
/// </remarks>
public readonly struct LeaseCheckpointCommand : IMemberCommand
{
    /// <summary>Term of the leader that decided; the entry's must be the same.</summary>
    public ulong Term { get; init; }

    /// <summary>What to record.</summary>
    public required IReadOnlyList<LeaseCheckpoint> Checkpoints { get; init; }

    /// <inheritdoc/>
    public int Size
    {
        get
        {
            int size = CommandFormat.HeaderSize + CommandFormat.VarintSize(Term) + CommandFormat.VarintSize((ulong)Checkpoints.Count);
            foreach (var checkpoint in Checkpoints)
            {
                size += CommandFormat.SignedSize(checkpoint.Id) + CommandFormat.VarintSize(checkpoint.Epoch) + CommandFormat.SignedSize(checkpoint.Remaining);
            }

            return size;
        }
    }

    /// <inheritdoc/>
    public void Write(Span<byte> target)
    {
        var writer = new CommandWriter(target);
        writer.Header(CommandKind.LeaseCheckpoint);
        writer.Varint(Term);
        writer.Varint((ulong)Checkpoints.Count);
        foreach (var checkpoint in Checkpoints)
        {
            writer.Signed(checkpoint.Id);
            writer.Varint(checkpoint.Epoch);
            writer.Signed(checkpoint.Remaining);
        }
    }

    internal static LeaseCheckpointCommand Decode(ReadOnlyMemory<byte> source)
    {
        var reader = new CommandReader(source);
        reader.Header(CommandKind.LeaseCheckpoint);
        var term = reader.Varint();
        var checkpoints = new LeaseCheckpoint[reader.Count()];
        for (var i = 0; i < checkpoints.Length; i++)
        {
            checkpoints[i] = new LeaseCheckpoint(reader.Signed(), reader.Varint(), reader.Signed());
        }

        reader.End();
        return new LeaseCheckpointCommand { Term = term, Checkpoints = checkpoints };
    }
}
