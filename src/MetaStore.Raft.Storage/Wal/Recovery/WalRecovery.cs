using MetaStore.Raft.Messages;

namespace MetaStore.Raft.Storage.Wal.Recovery;

/// <summary>Content of the log when it was opened.</summary>
public sealed class WalRecovery
{
    /// <summary>Newest term, vote and commit index; the commit index may lag and is never beyond <see cref="LastIndex"/>.</summary>
    public HardState HardState { get; init; }

    /// <summary>Newest snapshot that was announced as durable, or null.</summary>
    public SnapshotMetadata? Marker { get; init; }

    /// <summary>SHA-256 of that snapshot's file, when it was given; else empty.</summary>
    public ReadOnlyMemory<byte> MarkerHash { get; init; }

    /// <summary>
    /// All entries from <see cref="FirstIndex"/> to <see cref="LastIndex"/>, contiguous: those after the marker and the remaining
    /// ones before it. Each holds its own memory.
    /// </summary>
    public IReadOnlyList<Entry> Entries { get; init; } = [];

    /// <summary>Lowest remaining index; one more than <see cref="LastIndex"/> when there are no entries.</summary>
    public ulong FirstIndex { get; init; } = 1;

    /// <summary>Last index of the log: of the last entry, or the marker's when no entry follows it.</summary>
    public ulong LastIndex { get; init; }

    /// <summary>True when the log was just created.</summary>
    public bool IsNew { get; init; }

    /// <summary>True when a torn write was cleared.</summary>
    public bool TailRepaired { get; init; }

    /// <summary>With <see cref="TailRepaired"/>: what was found, where, and where the copy is. One line.</summary>
    public string? RepairNote { get; init; }

    /// <summary>The same log, starting from an older snapshot than its marker's.</summary>
    /// <param name="snapshot">At least <see cref="FirstIndex"/> - 1 and at most the marker's index.</param>
    public WalRecovery GoingOnFrom(SnapshotMetadata snapshot) => new()
    {
        HardState = HardState,
        Marker = snapshot,
        Entries = Entries,
        FirstIndex = FirstIndex,
        LastIndex = LastIndex,
        IsNew = IsNew,
        TailRepaired = TailRepaired,
        RepairNote = RepairNote,
    };
}
