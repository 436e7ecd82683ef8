using MetaStore.Raft.Messages;

namespace MetaStore.Raft.Runtime.Node.Committed;

/// <summary>Consecutive committed entries for the state machine; they are durable here and on a quorum.</summary>
/// <remarks>After a restart everything after the newest snapshot is handed out again: skip what was applied already.</remarks>
/// <param name="entries">Contiguous by index, at least one. Empty data is a new leader's no-op: it only moves the applied index.</param>
/// <param name="confChanges">
/// The result of each entry of type <see cref="EntryType.ConfChange"/> in <paramref name="entries"/>, in order.
/// </param>
public sealed class CommittedBatch(IReadOnlyList<Entry> entries, IReadOnlyList<AppliedConfChange> confChanges) : CommittedWork
{
    /// <summary>The entries, contiguous by index, at least one.</summary>
    public IReadOnlyList<Entry> Entries { get; } = entries;

    /// <summary>Membership changes among <see cref="Entries"/>, in order. The core has applied them already.</summary>
    public IReadOnlyList<AppliedConfChange> ConfChanges { get; } = confChanges;

    /// <summary>When they were handed out, a timestamp of <see cref="System.Diagnostics.Stopwatch"/>.</summary>
    public long HandedOutAt { get; } = System.Diagnostics.Stopwatch.GetTimestamp();

    /// <summary>Index of the first entry.</summary>
    public ulong FirstIndex => Entries[0].Index;

    /// <summary>Index of the last entry.</summary>
    public ulong LastIndex => Entries[^1].Index;
}
