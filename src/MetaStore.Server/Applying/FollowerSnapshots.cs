using System.Diagnostics;
using MetaStore.Engines;
using MetaStore.Raft.Messages;
using MetaStore.Raft.Runtime.Snapshots;
using MetaStore.Raft.Runtime.Storage;
using MetaStore.Server.Observability;
using MetaStore.StateMachine;

namespace MetaStore.Server.Applying;

/// <summary>Snapshots that are made because a follower is behind the log: written from a read view while the apply thread goes on.</summary>
/// <remarks>Followers that ask at about the same time share one. Thread: apply, except the writing.</remarks>
internal sealed class FollowerSnapshots(SnapshotStore store, ServerLog log)
{
    private volatile Task<SnapshotMetadata?> _making = Task.FromResult<SnapshotMetadata?>(null);

    /// <summary>The writing in progress, or the last one.</summary>
    public Task Making => _making;

    /// <summary>Starts to write the state as it is now, unless one is being written.</summary>
    /// <returns>What was written; null when the disk had no room, which is logged.</returns>
    public Task<SnapshotMetadata?> MakeAsync(ReplicatedStateMachine machine, SnapshotMetadata here)
    {
        if (_making.IsCompleted)
        {
            IStorageEngine engine = machine.Engine;
            IReadView view = engine.OpenView();
            long revision = machine.Reader.Revision;
            _making = Task.Run(() => Write(engine, view, here, revision));
        }

        return _making;
    }

    /// <summary>Deletes what the log has been cut beyond: nobody can go on from it.</summary>
    public void DeleteUpTo(ulong index)
    {
        try
        {
            store.DeleteUpTo(index);
        }
        catch (Exception failed) when (failed is IOException or UnauthorizedAccessException)
        {
            // It only takes room, and the next cut tries again.
            log.SnapshotDeletionFailed(index, failed.Message);
        }
    }

    private SnapshotMetadata? Write(IStorageEngine engine, IReadView view, SnapshotMetadata meta, long revision)
    {
        long started = Stopwatch.GetTimestamp();
        try
        {
            using (view)
            {
                SnapshotFile file = store.Write(meta, stream => engine.WriteCheckpoint(view, stream, CancellationToken.None), revision);
                log.SnapshotTaken(meta.Index, file.FileBytes, Stopwatch.GetElapsedTime(started).TotalMilliseconds);
                return meta;
            }
        }
        catch (Exception failed) when (failed is IOException or UnauthorizedAccessException or EngineException or StorageException)
        {
            // Nothing was promised and nothing rests on it: the follower asks again.
            log.FollowerSnapshotFailed(meta.Index, failed.Message);
            return null;
        }
    }
}
