using System.Diagnostics;
using MetaStore.Engines;
using MetaStore.Engines.StateFiles;
using MetaStore.IO;
using MetaStore.Raft.Messages;
using MetaStore.Raft.Storage.Snapshots;
using MetaStore.Server.Observability.Logging;
using MetaStore.StateMachine;

namespace MetaStore.Server.LogCompaction;

/// <summary>Snapshots that are made because a follower is behind the log: written beside the apply thread, which goes on.</summary>
/// <remarks>
/// For a follower that reads the engine's files, the files; for any other, and whenever that does not work, the portable stream of a read view.
/// One is written at a time, and followers that ask for the same kind meanwhile share it. Thread: apply, except the writing.
/// </remarks>
internal sealed class FollowerSnapshots(SnapshotStore store, ServerLog log)
{
    private volatile Task<SnapshotMetadata?> _making = Task.FromResult<SnapshotMetadata?>(null);
    private SnapshotBody _kind;

    /// <summary>The writing in progress, or the last one.</summary>
    public Task Making => _making;

    /// <summary>Starts to write the state, unless one is being written that will do.</summary>
    /// <param name="machine">The state; nothing is unpublished.</param>
    /// <param name="here">Its place in the log now.</param>
    /// <param name="membershipHolds">Asked later, from another thread: whether every entry behind <paramref name="here"/> left the membership as it is there.</param>
    /// <param name="taken">Which files the follower takes.</param>
    /// <returns>What was written; null when the disk had no room, which is logged.</returns>
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
        Task before = _making;
        _kind = kind;
        return _making = Task.Run(async () =>
        {
            // Whoever asked for that one hears what became of it.
            await before.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            using (view)
            {
                return (files is null ? null : WriteFiles(files, here, membershipHolds))
                    ?? Write(here, revision, SnapshotBody.Portable, stream => engine.WriteCheckpoint(view, stream, CancellationToken.None));
            }
        });
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

    private static IStateFilesEngine? ReadableBy(string taken, IStorageEngine engine) =>
        engine is IStateFilesEngine { FilesFormat: { } written } files
        && StateFilesFormat.TryParse(taken, out StateFilesFormat? reads) && reads.Reads(written)
            ? files
            : null;

    /// <summary>Writes the engine's files. The cut they are of may be newer than where it was asked for: they say so themselves.</summary>
    /// <returns>Null when it has to be the portable stream.</returns>
    private SnapshotMetadata? WriteFiles(IStateFilesEngine engine, SnapshotMetadata here, Func<bool> membershipHolds)
    {
        try
        {
            using IStateFiles files = engine.TakeFiles();
            StatePoint point = StatePoint.Of(files);

            // Whatever is in the files was applied before, so a change of the membership up to there is seen here.
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
            // Nothing was promised and nothing rests on it: the follower asks again.
            log.FollowerSnapshotFailed(meta.Index, failed.Message);
            return null;
        }
    }
}
