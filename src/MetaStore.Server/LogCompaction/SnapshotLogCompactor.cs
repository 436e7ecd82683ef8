using System.Diagnostics;
using MetaStore.Engines;
using MetaStore.IO;
using MetaStore.Raft.Messages;
using MetaStore.Raft.Runtime.Node;
using MetaStore.Raft.Storage.Snapshots;
using MetaStore.Server.Observability.Logging;
using MetaStore.StateMachine;

namespace MetaStore.Server.LogCompaction;

/// <summary>Decides when the state is written as a snapshot, which happens concurrently with the apply thread, from a read view.</summary>
/// <remarks>
/// <see cref="SnapshotPolicy"/> says when one is due. One at a time. With page files, full pages are also moved to files between two snapshots.
/// Thread: apply, except the writing. A snapshot for which the disk has no space is retried later: only the length of the log depends on it. Any
/// other failure to write one ends the process.
/// </remarks>
internal sealed class SnapshotLogCompactor(SnapshotStore store, long entriesMax, BackgroundWork background, IFatalHandler fatal, ServerLog log) : ILogCompactor
{
    private const int NoSpace = 28;
    private static readonly TimeSpan RetryPause = TimeSpan.FromSeconds(10);

    private readonly FollowerSnapshots _followers = new(store, background, log);
    private long _entries;
    private long _bytes;

    // What was loaded may be in memory as a whole.
    private long _bytesSinceStored = long.MaxValue / 2;
    private long? _lastStateBytes;
    private long _putOffUntil = long.MinValue;
    private volatile Task _writing = Task.CompletedTask;

    /// <summary>This member's ID, which orders the voters; 0 when there is no order.</summary>
    public ulong MemberId { get; init; }

    /// <inheritdoc/>
    public ConfState ConfState { get; set; } = ConfState.Empty;

    /// <inheritdoc/>
    public Task Working => _followers.Making.IsCompleted ? _writing : Task.WhenAll(_writing, _followers.Making);

    /// <inheritdoc/>
    public void Count(in Entry entry)
    {
        _entries++;
        _bytes += entry.Size;
        _bytesSinceStored += entry.Size;
    }

    /// <inheritdoc/>
    public void CutIfDue(ReplicatedStateMachine machine, RaftNode node)
    {
        if (_writing.IsFaulted)
        {
            // An exception that Write does not handle: rethrown, it ends the process.
            _writing.GetAwaiter().GetResult();
        }

        IStorageEngine engine = machine.Engine;
        IPageFilesEngine? pages = PagesOf(engine);
        long stateBytes = _lastStateBytes ??= engine.SizeInUse;
        bool due = SnapshotPolicy.IsDue(_entries, entriesMax, _bytes, stateBytes)
            && SnapshotPolicy.IsDue(_entries, entriesMax, _bytes, stateBytes, SnapshotPolicy.Turn(ConfState.Voters, MemberId));
        long putOffUntil = Volatile.Read(ref _putOffUntil);
        if (putOffUntil != long.MinValue)
        {
            due = Environment.TickCount64 >= putOffUntil;
        }

        if (!_writing.IsCompleted)
        {
            return;
        }

        if (!due)
        {
            if (pages is not null && putOffUntil == long.MinValue && _bytesSinceStored >= pages.HeapBytesMax / 2)
            {
                _bytesSinceStored = 0;
                IReadView stored = engine.OpenView();
                _writing = background.Run(() => Store(pages, stored));
            }

            return;
        }

        var meta = new SnapshotMetadata(machine.AppliedIndex, machine.AppliedTerm, ConfState);
        long revision = machine.Reader.Revision;
        IReadView view = engine.OpenView();
        (_entries, _bytes, _lastStateBytes) = (0, 0, engine.SizeInUse);
        _writing = background.Run(() => Write(engine, view, meta, revision, node));
    }

    /// <inheritdoc/>
    public SnapshotBody Install(ReplicatedStateMachine machine, SnapshotMetadata snapshot)
    {
        SnapshotFile file = store.Open(snapshot.Index)
            ?? throw new InvalidOperationException($"the snapshot of index {snapshot.Index} was announced and is not there");
        SnapshotInstallation.Run(machine, file);
        ConfState = snapshot.ConfState;
        (_entries, _bytes, _lastStateBytes) = (0, 0, machine.Engine.SizeInUse);
        _bytesSinceStored = long.MaxValue / 2;
        return file.Body;
    }

    /// <inheritdoc/>
    /// <remarks>
    /// Needed when the newest snapshot names page files, which only this member has. Any other can be sent: the log is compacted after a snapshot
    /// only, so there is always one from which a follower can continue.
    /// </remarks>
    public Task<SnapshotMetadata?> MakeAsync(ReplicatedStateMachine machine, string taken) => PagesOf(machine.Engine) is null
        ? Task.FromResult<SnapshotMetadata?>(null)
        : _followers.MakeAsync(machine, new SnapshotMetadata(machine.AppliedIndex, machine.AppliedTerm, ConfState), () => true, taken);

    private static IPageFilesEngine? PagesOf(IStorageEngine engine) => engine is IPageFilesEngine { HasPageFiles: true } pages ? pages : null;

    private void Write(IStorageEngine engine, IReadView view, SnapshotMetadata meta, long revision, RaftNode node)
    {
        long started = Stopwatch.GetTimestamp();
        try
        {
            using (view)
            {
                SnapshotFile file = PagesOf(engine) is { } pages && pages.StorePages(view, beforeCheckpoint: true, CancellationToken.None)
                    ? store.Write(meta, stream => pages.WritePagedCheckpoint(view, stream, CancellationToken.None), revision, SnapshotBody.Pages)
                    : store.Write(meta, stream => engine.WriteCheckpoint(view, stream, CancellationToken.None), revision);
                log.SnapshotTaken(meta.Index, file.FileBytes, file.Body, Stopwatch.GetElapsedTime(started).TotalMilliseconds);
            }

            Volatile.Write(ref _putOffUntil, long.MinValue);
            node.SnapshotTaken(meta);
            PageFileDeletion.Run(engine, store, log);
        }
        catch (IOException full) when (full.HResult == NoSpace)
        {
            Volatile.Write(ref _putOffUntil, Environment.TickCount64 + (long)RetryPause.TotalMilliseconds);
            log.SnapshotPutOff(meta.Index, full.Message, RetryPause.TotalSeconds);
        }
        catch (Exception failed) when (failed is IOException or UnauthorizedAccessException or EngineException)
        {
            fatal.OnFatal(ExitCodes.IoError, $"snapshot of index {meta.Index}: {failed.Message}");
        }
    }

    private void Store(IPageFilesEngine pages, IReadView view)
    {
        try
        {
            using (view)
            {
                pages.StorePages(view, beforeCheckpoint: false, CancellationToken.None);
            }
        }
        catch (IOException full) when (full.HResult == NoSpace)
        {
            log.PagesStayInMemory(full.Message);
        }
        catch (Exception failed) when (failed is IOException or UnauthorizedAccessException)
        {
            fatal.OnFatal(ExitCodes.IoError, $"page files: {failed.Message}");
        }
    }
}
