using MetaStore.Raft.Membership;
using MetaStore.Raft.Messages;
using MetaStore.Raft.Storage.Wal;
using MetaStore.Raft.Storage.Wal.Recovery;

namespace MetaStore.Raft.Runtime.Bootstrap;

/// <summary>The ways to start a node.</summary>
/// <remarks>
/// New cluster: <see cref="NewCluster"/> on every initial member, or <see cref="FromSnapshot"/> when it starts with a given state. Join: an
/// empty log as it is; the leader sends everything. Restart: what recovery found as it is; membership is in the snapshot and in the log.
/// </remarks>
public static class NodeBootstrap
{
    /// <summary>Term of the first entries of a new cluster; the first election is held in the next term.</summary>
    public const ulong FirstTerm = 1;

    /// <summary>Writes the first entries, which all initial members share: one committed membership change for each of them.</summary>
    /// <param name="wal">An open log.</param>
    /// <param name="recovery">Its content; must be empty.</param>
    /// <param name="members">All members, at least one; the same on every node, in any order.</param>
    /// <returns>What a recovery would return now. Durable when this returns.</returns>
    /// <exception cref="InvalidOperationException">The log is not empty.</exception>
    /// <exception cref="ArgumentException">No members, or one twice.</exception>
    public static WalRecovery NewCluster(WriteAheadLog wal, WalRecovery recovery, IReadOnlyList<InitialMember> members)
    {
        WalRecovery begun = Begin(recovery, members);
        using DurableSignal durable = new();
        wal.Append(new WalAppend { HardState = begun.HardState, Entries = begun.Entries, MustSync = true, Completion = durable });
        durable.Wait();
        return begun;
    }

    /// <summary>Starts a log after a snapshot: the state that all members of a restored cluster share.</summary>
    /// <param name="wal">An open log.</param>
    /// <param name="recovery">Its content; must be empty.</param>
    /// <param name="snapshot">The same on every member; its file is durable.</param>
    /// <param name="hash">SHA-256 of that file.</param>
    /// <remarks>Durable when this returns.</remarks>
    /// <exception cref="InvalidOperationException">The log is not empty.</exception>
    public static void FromSnapshot(WriteAheadLog wal, WalRecovery recovery, SnapshotMetadata snapshot, ReadOnlyMemory<byte> hash)
    {
        RequireUnused(recovery);
        using DurableSignal durable = new();
        wal.Append(new WalAppend
        {
            Marker = snapshot,
            MarkerHash = hash,
            HardState = new HardState(snapshot.Term, 0, snapshot.Index),
            MustSync = true,
            Completion = durable,
        });
        durable.Wait();
    }

    /// <summary>Creates the first entries without writing them.</summary>
    internal static WalRecovery Begin(WalRecovery recovery, IReadOnlyList<InitialMember> members)
    {
        RequireUnused(recovery);
        ArgumentOutOfRangeException.ThrowIfZero(members.Count);
        InitialMember[] sorted = [.. members.OrderBy(member => member.NodeId)];
        Entry[] entries = new Entry[sorted.Length];
        for (int i = 0; i < sorted.Length; i++)
        {
            if (sorted[i].NodeId == 0 || (i > 0 && sorted[i].NodeId == sorted[i - 1].NodeId))
            {
                throw new ArgumentException($"member id {sorted[i].NodeId:x} is 0 or there twice", nameof(members));
            }

            ConfChange change = new([new ConfChangeStep(ConfChangeType.AddVoter, sorted[i].NodeId)], Joint: false, sorted[i].Attributes);
            entries[i] = new Entry(FirstTerm, (ulong)i + 1, EntryType.ConfChange, ConfChangeCodec.Encode(change));
        }

        return new WalRecovery
        {
            HardState = new HardState(FirstTerm, 0, (ulong)entries.Length),
            Entries = entries,
            LastIndex = (ulong)entries.Length,
            IsNew = true,
        };
    }

    private static void RequireUnused(WalRecovery recovery)
    {
        if (recovery.Entries.Count > 0 || recovery.Marker is not null || !recovery.HardState.IsEmpty)
        {
            throw new InvalidOperationException("a new cluster cannot begin on a log that was used before");
        }
    }
}
