using MetaStore.StateMachine.Commands.Codec;

namespace MetaStore.StateMachine.Commands.Leases;

/// <summary>Removes a lease that ran out, as a revoke does, unless leadership or the lease changed between the decision and the log.</summary>
/// <remarks>
/// A new leader restarts the time of every lease and may renew it. An expiry decided by its predecessor may still arrive, forwarded, after
/// such a renewal: it is then in an entry of a later term and has no effect. Source: etcd issue 15247. An expiry may also wait in the log of one
/// leader, for a slow disk, until its lease has ended otherwise and a client has granted the id again: the epoch differs then (ADR 0052).
/// </remarks>
public readonly struct LeaseExpireCommand : IMemberCommand
{
    private const byte VersionWithEpoch = 2;

    /// <summary>The lease.</summary>
    public long Id { get; init; }

    /// <summary>Term of the leader that decided; the entry's must be the same.</summary>
    public ulong Term { get; init; }

    /// <summary>Epoch of the lease when it was decided, from 1; 0 = not compared, for members that do not read it.</summary>
    public ulong Epoch { get; init; }

    /// <inheritdoc/>
    public int Size =>
        CommandFormat.HeaderSize + CommandFormat.SignedSize(Id) + CommandFormat.VarintSize(Term) + (Epoch == 0 ? 0 : CommandFormat.VarintSize(Epoch));

    /// <inheritdoc/>
    public void Write(Span<byte> target)
    {
        var writer = new CommandWriter(target);
        writer.Header(CommandKind.LeaseExpire, Epoch == 0 ? CommandFormat.Version : VersionWithEpoch);
        writer.Signed(Id);
        writer.Varint(Term);
        if (Epoch != 0)
        {
            writer.Varint(Epoch);
        }
    }

    internal static LeaseExpireCommand Decode(ReadOnlyMemory<byte> source)
    {
        var reader = new CommandReader(source);
        var hasEpoch = reader.Header(CommandKind.LeaseExpire, VersionWithEpoch) == VersionWithEpoch;
        var command = new LeaseExpireCommand { Id = reader.Signed(), Term = reader.Varint(), Epoch = hasEpoch ? reader.Varint() : 0 };
        reader.End();
        return command;
    }
}
