using MetaStore.Raft.Messages;

namespace MetaStore.Raft.Storage.Wal;

/// <summary>One step of the core that must survive a crash.</summary>
/// <remarks>
/// Immutable once given to the log; entries' data is read until <see cref="IWalCompletion.OnDurable"/> and never written. What is inside
/// takes effect in this order: marker, entries, hard state.
/// </remarks>
public sealed class WalAppend
{
    /// <summary>Term, vote and commit index, when one of them changed.</summary>
    public HardState? HardState { get; init; }

    /// <summary>Contiguous entries; the first may replace an earlier one of the same index and all after it.</summary>
    public IReadOnlyList<Entry> Entries { get; init; } = [];

    /// <summary>
    /// A snapshot whose file is durable already. When it is beyond the log's end, or its term differs from the log's entry, it replaces
    /// the log.
    /// </summary>
    public SnapshotMetadata? Marker { get; init; }

    /// <summary>SHA-256 of the marker's snapshot file, or empty.</summary>
    public ReadOnlyMemory<byte> MarkerHash { get; init; }

    /// <summary>
    /// True when <see cref="Completion"/> requires that this is on disk. Entries, a marker, a new term or a new vote are always synced;
    /// a commit index alone is not, unless this is set.
    /// </summary>
    public bool MustSync { get; init; }

    /// <summary>The core's step this came from, for the completion's use.</summary>
    public Ready? Source { get; init; }

    /// <summary>Called when it is durable; null = none.</summary>
    public IWalCompletion? Completion { get; init; }
}

/// <summary>Called when an append is on disk.</summary>
public interface IWalCompletion
{
    /// <summary>
    /// Everything in <paramref name="append"/>, and everything appended before it, is durable. When nothing in it had to be synced,
    /// only the latter holds; its commit index follows with the next frame.
    /// </summary>
    /// <remarks>On the log's writer thread or on one that writes in its place (ADR 0051), in the order of the appends, right after the sync returned: the next write waits for it.
    /// An exception from here ends the process (exit code 70).</remarks>
    void OnDurable(WalAppend append);
}
