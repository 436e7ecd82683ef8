using MetaStore.Raft.Messages;

namespace MetaStore.Raft.Runtime.Node.Committed;

/// <summary>An item of the <see cref="CommittedQueue"/>: a <see cref="CommittedBatch"/>, a <see cref="SnapshotInstall"/> or a <see cref="SnapshotRequest"/>.</summary>
public abstract class CommittedWork
{
    private protected CommittedWork()
    {
    }
}

/// <summary>The state is to be replaced by a snapshot that the leader sent; when it is, report <see cref="SnapshotMetadata.Index"/> as applied.</summary>
/// <param name="meta">Its log position; the next committed entry follows directly after it.</param>
/// <param name="file">The verified, durable snapshot file. The log's marker for it is durable as well.</param>
public sealed class SnapshotInstall(SnapshotMetadata meta, string file) : CommittedWork
{
    /// <summary>Its log position.</summary>
    public SnapshotMetadata Metadata { get; } = meta;

    /// <summary>Path of the verified file.</summary>
    public string File { get; } = file;
}

/// <summary>
/// A snapshot of the present state is wanted, because a follower needs entries that are no longer in the log and there is no snapshot file: the log
/// of a state that is durable by itself is truncated without one.
/// </summary>
/// <param name="acceptedFormats">Which engine files the follower accepts, as it announced; empty for none. A portable snapshot is always accepted.</param>
public sealed class SnapshotRequest(string acceptedFormats) : CommittedWork
{
    private readonly TaskCompletionSource<Task<SnapshotMetadata?>> _made = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Which engine files the follower accepts.</summary>
    public string AcceptedFormats { get; } = acceptedFormats;

    /// <summary>Log position of the snapshot now in the store; null when none could be made, and the follower will ask again.</summary>
    public Task<SnapshotMetadata?> Made => EndAsync();

    /// <summary>Completes <see cref="Made"/> as the given task ends.</summary>
    public void CompleteWith(Task<SnapshotMetadata?> making)
    {
        ArgumentNullException.ThrowIfNull(making);
        _made.SetResult(making);
    }

    // Not Unwrap, which goes through the thread pool: a caller's synchronization context is asked at once, by the thread that completes this.
    private async Task<SnapshotMetadata?> EndAsync() => await await _made.Task;
}

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
