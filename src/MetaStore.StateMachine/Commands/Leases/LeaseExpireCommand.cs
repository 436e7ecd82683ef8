using MetaStore.StateMachine.Commands.Codec;

namespace MetaStore.StateMachine.Commands.Leases;

/// <summary>Removes a lease that ran out, as a revoke does, unless leadership changed between the decision and the log.</summary>
/// <remarks>
/// A new leader restarts the time of every lease and may renew it. An expiry decided by its predecessor may still arrive, forwarded, after
/// such a renewal: it is then in an entry of a later term and has no effect. Source: etcd issue 15247.
/// </remarks>
public readonly struct LeaseExpireCommand : IMemberCommand
{
    /// <summary>The lease.</summary>
    public long Id { get; init; }

    /// <summary>Term of the leader that decided; the entry's must be the same.</summary>
    public ulong Term { get; init; }

    /// <inheritdoc/>
    public int Size => CommandFormat.HeaderSize + CommandFormat.SignedSize(Id) + CommandFormat.VarintSize(Term);

    /// <inheritdoc/>
    public void Write(Span<byte> target)
    {
        var writer = new CommandWriter(target);
        writer.Header(CommandKind.LeaseExpire);
        writer.Signed(Id);
        writer.Varint(Term);
    }

    internal static LeaseExpireCommand Decode(ReadOnlyMemory<byte> source)
    {
        var reader = new CommandReader(source);
        reader.Header(CommandKind.LeaseExpire);
        var command = new LeaseExpireCommand { Id = reader.Signed(), Term = reader.Varint() };
        reader.End();
        return command;
    }
}
