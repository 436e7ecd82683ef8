using System.Diagnostics;
using MetaStore.Engines;
using MetaStore.Engines.StateFiles;
using MetaStore.IO;
using MetaStore.Raft.Messages;
using MetaStore.Raft.Storage.Snapshots;
using MetaStore.Server.Observability.Logging;
using MetaStore.StateMachine;

namespace MetaStore.Server.LogCompaction;

/// <summary>Makes snapshots for followers that lag beyond the log, concurrently with the apply thread.</summary>
/// <remarks>
/// A follower that reads the engine's files gets the files; any other, and whenever that fails, gets the portable stream of a read view. One snapshot is
/// written at a time, and followers that request the same kind meanwhile share it. Thread: apply, except the writing.
/// </remarks>
internal sealed class FollowerSnapshots(SnapshotStore store, BackgroundWork background, ServerLog log)
{
    private volatile Task<SnapshotMetadata?> _making = Task.FromResult<SnapshotMetadata?>(null);
    private SnapshotBody _kind;

    /// <summary>The write in progress, or the last one.</summary>
    public Task Making => _making;

    /// <summary>Starts writing the state, unless a suitable snapshot is already being written.</summary>
    /// <param name="machine">The state; everything applied is published.</param>
    /// <param name="here">Its current index in the log.</param>
    /// <param name="membershipHolds">Called later, on another thread: whether all entries after <paramref name="here"/> left the membership unchanged.</param>
    /// <param name="taken">The file formats that the follower accepts.</param>
    /// <returns>The snapshot; null when the disk had no space for it, which is logged.</returns>
    public Task<SnapshotMetadata?> MakeAsync(ReplicatedStateMachine machine, SnapshotMetadata here, Func<bool> membershipHolds, string taken)
    {
        IStateFilesEngine? files = ReadableBy(taken, machine.Engine);
        SnapshotBody kind = files is null ? SnapshotBody.Portable : SnapshotBody.EngineFiles;
        if (!_making.IsCompleted && _kind == kind)
        {
            return _making;
        }

        IStorageEngine engine = machine.Engine;
        IReadView view = engine.OpenView();
        long revision = machine.Reader.Revision;
        _kind = kind;
        return _making = AfterAsync(_making, () =>
        {
            using (view)
            {
                return (files is null ? null : WriteFiles(files, here, membershipHolds))
                    ?? Write(here, revision, SnapshotBody.Portable, stream => engine.WriteCheckpoint(view, stream, CancellationToken.None));
            }
        });
    }

    /// <summary>Deletes snapshots older than the start of the log: no follower can continue from them.</summary>
    public void DeleteUpTo(ulong index)
    {
        try
        {
            store.DeleteUpTo(index);
        }
        catch (Exception failed) when (failed is IOException or UnauthorizedAccessException)
        {
            // It only uses space, and the next compaction retries.
            log.SnapshotDeletionFailed(index, failed.Message);
        }
    }

    private async Task<SnapshotMetadata?> AfterAsync(Task before, Func<SnapshotMetadata?> make)
    {
        // The requester of that snapshot handles its failure.
        await before.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ContinueOnCapturedContext);
        SnapshotMetadata? made = null;
        await background.Run(() => made = make());
        return made;
    }

    private static IStateFilesEngine? ReadableBy(string taken, IStorageEngine engine) =>
        engine is IStateFilesEngine { FilesFormat: { } written } files
        && StateFilesFormat.TryParse(taken, out StateFilesFormat? reads) && reads.Reads(written)
            ? files
            : null;

    /// <summary>Writes the engine's files. They may be of a later index than requested, which they contain.</summary>
    /// <returns>Null when the portable stream must be used.</returns>
    private SnapshotMetadata? WriteFiles(IStateFilesEngine engine, SnapshotMetadata here, Func<bool> membershipHolds)
    {
        try
        {
            using IStateFiles files = engine.TakeFiles();
            StatePoint point = StatePoint.Of(files);

            // Everything in the files was applied before, so a membership change up to there is visible here.
            if (point.Index < here.Index || !membershipHolds())
            {
                log.FilesNotSent(here.Index, "the membership changes");
                return null;
            }

            return Write(
                new SnapshotMetadata(point.Index, point.Term, here.ConfState), point.Revision, SnapshotBody.EngineFiles,
                stream => files.WriteTo(stream, CancellationToken.None));
        }
        catch (EngineException failed)
        {
            log.FilesNotSent(here.Index, failed.Message);
            return null;
        }
    }

    private SnapshotMetadata? Write(SnapshotMetadata meta, long revision, SnapshotBody kind, Action<Stream> body)
    {
        long started = Stopwatch.GetTimestamp();
        try
        {
            SnapshotFile file = store.Write(meta, body, revision, kind);
            log.SnapshotTaken(meta.Index, file.FileBytes, kind, Stopwatch.GetElapsedTime(started).TotalMilliseconds);
            return meta;
        }
        catch (Exception failed) when (failed is IOException or UnauthorizedAccessException or EngineException or StorageException)
        {
            // Nothing depends on it: the follower requests it again.
            log.FollowerSnapshotFailed(meta.Index, failed.Message);
            return null;
        }
    }
}
