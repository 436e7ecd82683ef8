namespace MetaStore.Raft.Storage.Snapshots;

/// <summary>Receives the durations of snapshot file operations. Called on the thread of the operation.</summary>
public interface ISnapshotStoreObserver
{
    /// <summary>A snapshot of this member's own was written.</summary>
    /// <param name="body">Time in which the state was written out.</param>
    /// <param name="sync">Time of the sync.</param>
    /// <param name="total">All of it, until the file had its name durably.</param>
    void OnWritten(TimeSpan body, TimeSpan sync, TimeSpan total);

    /// <summary>A snapshot from another member was stored.</summary>
    /// <param name="sync">Time of the sync.</param>
    /// <param name="total">From the first byte until the file had its name durably.</param>
    void OnReceived(TimeSpan sync, TimeSpan total);
}
