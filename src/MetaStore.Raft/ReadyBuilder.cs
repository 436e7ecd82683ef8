using MetaStore.Raft.Diagnostics;
using MetaStore.Raft.Messages;

namespace MetaStore.Raft;

/// <summary>Builds the next <see cref="Ready"/> and remembers what was handed out.</summary>
internal sealed class ReadyBuilder(RaftState state)
{
    private readonly ApplyWindow _applying = new(state.Config.MaxApplyingEntries, state.Config.MaxApplyingBytes);
    private SoftState _lastSoft;

    /// <summary>True when there is anything to do.</summary>
    public bool HasAny =>
        state.Outbox.HasAny
        || state.Log.HasUnwritten
        || state.HardState != state.HandedOut
        || Soft != _lastSoft
        || CanApply;

    private SoftState Soft => new(state.Leader, state.Role);

    /// <summary>True when committed entries wait until others are reported as applied.</summary>
    public bool HoldsCommitted => HasCommitted && _applying.IsFull;

    private bool HasCommitted => state.Log.HandedToApply + 1 < state.Log.ApplicableEnd;

    private bool CanApply => HasCommitted && !_applying.IsFull;

    /// <summary>Takes everything; from now on it counts as in progress.</summary>
    public Ready Take()
    {
        SoftState? soft = Soft != _lastSoft ? Soft : null;
        _lastSoft = Soft;
        HardState now = state.HardState;
        bool promised = state.TermIsFresh;
        HardState? hard = now != state.HandedOut ? now : null;
        state.HandedOut = now;
        IReadOnlyList<Entry> committed = CanApply ? TakeCommitted() : [];
        SnapshotMetadata? snapshot = state.Log.TakeSnapshot();
        Entry[] entries = state.Log.TakeUnwritten();
        return new Ready
        {
            SoftState = soft,
            HardState = hard,
            MustSync = promised || entries.Length > 0 || snapshot is not null,
            Snapshot = snapshot,
            Entries = entries,
            CommittedEntries = committed,
            Messages = state.Outbox.TakeMessages() ?? [],
            Notices = state.Outbox.TakeNotices() ?? [],
            MessagesAfterPersist = state.Outbox.TakeAfterPersist() ?? [],
            ReadStates = state.Outbox.TakeReadStates() ?? [],
            ReadsDropped = state.Outbox.TakeReadsDropped() ?? [],
            Events = state.Outbox.TakeEvents() ?? [],
        };
    }

    /// <summary>Everything up to an index was applied.</summary>
    public void AppliedTo(ulong index) => _applying.FreeTo(index);

    private IReadOnlyList<Entry> TakeCommitted()
    {
        ulong low = state.Log.HandedToApply + 1;
        ulong end = low + Math.Min(state.Log.ApplicableEnd - low, _applying.EntriesLeft);
        long bytesMax = Math.Min(state.Config.MaxCommittedBytesPerReady, _applying.BytesLeft);
        bool found = state.Log.TryGetEntries(low, end, bytesMax, out IReadOnlyList<Entry> entries);
        RaftAssert.That(found && entries.Count > 0, "committed entries stay in memory until they are applied");
        long bytes = 0;
        for (int i = 0; i < entries.Count; i++)
        {
            Entry entry = entries[i];
            RaftAssert.That(entry.Index == low + (ulong)i, "committed entries are contiguous");
            bytes += entry.Size;
            if (entry.Term == state.Term)
            {
                state.UncommittedBytes = Math.Max(0, state.UncommittedBytes - entry.Size);
            }
        }

        ulong last = low + (ulong)entries.Count - 1;
        state.Log.HandToApply(last);
        _applying.Add(last, entries.Count, bytes);
        return entries;
    }
}
