using MetaStore.StateMachine.Commands.Codec;

namespace MetaStore.StateMachine.Commands.Leases;

/// <summary>Creates a lease. Source: etcd v3 Lease.LeaseGrant.</summary>
public readonly struct LeaseGrantCommand : ICommand
{
    /// <summary>Chosen by the client or by the proposing node; never 0, may be negative.</summary>
    public long Id { get; init; }

    /// <summary>Effective time to live in seconds; the proposer has already raised it to the minimum.</summary>
    public long Ttl { get; init; }

    /// <inheritdoc/>
    public int Size => CommandFormat.HeaderSize + CommandFormat.SignedSize(Id) + CommandFormat.SignedSize(Ttl);

    /// <inheritdoc/>
    public void Write(Span<byte> target)
    {
        var writer = new CommandWriter(target);
        writer.Header(CommandKind.LeaseGrant);
        writer.Signed(Id);
        writer.Signed(Ttl);
    }

    internal static LeaseGrantCommand Decode(ReadOnlyMemory<byte> source)
    {
        var reader = new CommandReader(source);
        reader.Header(CommandKind.LeaseGrant);
        var command = new LeaseGrantCommand { Id = reader.Signed(), Ttl = reader.Signed() };
        reader.End();
        return command;
    }
}
