using MetaStore.StateMachine.Commands.Codec;

namespace MetaStore.StateMachine.Commands.Leases;

/// <summary>Removes a lease and deletes its keys in one revision. Source: etcd v3 Lease.LeaseRevoke.</summary>
public readonly struct LeaseRevokeCommand : ICommand
{
    /// <summary>The lease.</summary>
    public long Id { get; init; }

    /// <inheritdoc/>
    public int Size => CommandFormat.HeaderSize + CommandFormat.SignedSize(Id);

    /// <inheritdoc/>
    public void Write(Span<byte> target)
    {
        var writer = new CommandWriter(target);
        writer.Header(CommandKind.LeaseRevoke);
        writer.Signed(Id);
    }

    internal static LeaseRevokeCommand Decode(ReadOnlyMemory<byte> source)
    {
        var reader = new CommandReader(source);
        reader.Header(CommandKind.LeaseRevoke);
        var command = new LeaseRevokeCommand { Id = reader.Signed() };
        reader.End();
        return command;
    }
}
