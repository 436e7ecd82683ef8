using System.Diagnostics;
using MetaStore.Engines;
using MetaStore.IO;
using MetaStore.Raft.Messages;
using MetaStore.Raft.Runtime.Bootstrap;
using MetaStore.Raft.Storage;
using MetaStore.Raft.Storage.Snapshots;
using MetaStore.Raft.Storage.Wal;
using MetaStore.Raft.Storage.Wal.Recovery;
using MetaStore.Server.Configuration.Options;
using MetaStore.Server.LogCompaction;
using MetaStore.Server.Observability.Logging;
using MetaStore.StateMachine;

namespace MetaStore.Server.Hosting.Storage;

/// <summary>The on-disk parts of a node, opened in order: directory, log, snapshots, engine, state machine.</summary>
internal sealed class NodeStorage : IDisposable
{
    private readonly DataDirectory _directory;
    private WalRecovery? _recovery;

    private NodeStorage(DataDirectory directory, WriteAheadLog wal, WalRecovery recovery, SnapshotStore snapshots, ReplicatedStateMachine machine,
        long logSegmentBytes)
    {
        _directory = directory;
        LogSegmentBytes = logSegmentBytes;
        Wal = wal;
        _recovery = recovery;
        LogStart = recovery.Marker ?? SnapshotMetadata.Empty;
        LogTellsMembers = recovery.Entries.Any(entry => entry.Type == EntryType.ConfChange && entry.Index <= recovery.HardState.Commit);
        Snapshots = snapshots;
        Machine = machine;
    }

    /// <summary>The data directory.</summary>
    public string Path => _directory.Path;

    /// <summary>Bytes of a log segment.</summary>
    public long LogSegmentBytes { get; }

    /// <summary>The open log.</summary>
    public WriteAheadLog Wal { get; }

    /// <summary>The snapshot files.</summary>
    public SnapshotStore Snapshots { get; }

    /// <summary>State at the newest snapshot or, with an engine that has files, at its last flush.</summary>
    public ReplicatedStateMachine Machine { get; }

    /// <summary>Index up to which state must come from a snapshot or the engine, with the membership at that index; entries after it are in the log.</summary>
    public SnapshotMetadata LogStart { get; }

    /// <summary>True when a membership change in the log is known to be committed: applying the log then yields the members, and no peer has to be asked.</summary>
    public bool LogTellsMembers { get; }

    /// <summary>Opens the directory, and creates the cluster when it is empty. A joining node stays empty: the leader will send everything.</summary>
    /// <exception cref="StorageException">Foreign, locked, damaged, full; see message and exit code.</exception>
    /// <exception cref="EngineException">The engine or the snapshot cannot be opened.</exception>
    /// <exception cref="StartException">The directory is empty and the configuration does not say how to start.</exception>
    public static NodeStorage Open(MetaStoreOptions options, NodeIdentity identity, IWalObserver? walObserver, ServerLog log)
    {
        if (options.Member.WalDir.Length > 0)
        {
            WalPlace.Ensure(options.Member.EffectiveDataDir, options.Member.WalDir);
        }

        DataDirectory directory = DataDirectory.Open(
            options.Member.EffectiveDataDir, identity.ClusterId, identity.MemberId, engine: EngineSelection.Of(options.Storage));
        WriteAheadLog? wal = null;
        IStorageEngine? engine = null;
        try
        {
            engine = EngineSelection.Open(options.Storage, directory);
            WalOptions walOptions = RuntimeOptions.Wal(options, directory.WalOptions) with { Observer = walObserver };
            wal = WriteAheadLog.Open(walOptions, out WalRecovery recovery);
            if (recovery.RepairNote is { } note)
            {
                log.LogRepaired(note);
            }

            SnapshotStore snapshots = SnapshotStore.Open(directory);
            long opening = Stopwatch.GetTimestamp();
            IStorageEngine opened = engine;
            ReplicatedStateMachine machine = GcPause.Hold(opened.SizeInUse, () => new ReplicatedStateMachine(opened, log.Indexing));
            if (machine.AppliedIndex > 0)
            {
                log.StateOpened(machine.Engine.Name, machine.AppliedIndex, Stopwatch.GetElapsedTime(opening).TotalMilliseconds);
            }

            StateContinuity.Check(machine, recovery, directory.Path);
            bool isEmpty = recovery.HardState.IsEmpty && recovery.Marker is null && recovery.Entries.Count == 0;
            if (isEmpty && identity.Founds)
            {
                recovery = NodeBootstrap.NewCluster(wal, recovery, identity.FounderEntries);
            }

            recovery = Load(machine, snapshots, recovery, log);
            PageFileDeletion.Run(machine.Engine, snapshots, log);
            StartDefragmentation.Run(machine.Engine, options.Storage.BootstrapDefragThresholdMegabytes, log);
            return new NodeStorage(directory, wal, recovery, snapshots, machine, walOptions.SegmentBytes);
        }
        catch
        {
            engine?.Dispose();
            wal?.Dispose();
            directory.Dispose();
            throw;
        }
    }

    /// <summary>What the log contained, or was created with; once, because its entries may be as large as the state.</summary>
    /// <exception cref="InvalidOperationException">It was taken before.</exception>
    public WalRecovery TakeRecovery() => Interlocked.Exchange(ref _recovery, null) ?? throw new InvalidOperationException("the content of the log was taken before");

    /// <summary>Marks the log as unusable for any later start, because it has lost acknowledged entries. Durable when this returns.</summary>
    public void CondemnLog(string reason) => _directory.Condemn(reason);

    /// <summary>Closes log, engine and directory, in this order.</summary>
    public void Dispose()
    {
        Wal.Dispose();
        Machine.Engine.Dispose();
        _directory.Dispose();
    }

    private static WalRecovery Load(ReplicatedStateMachine machine, SnapshotStore snapshots, WalRecovery recovery, ServerLog log)
    {
        if (recovery.Marker is not { Index: > 0 } marker || marker.Index <= machine.AppliedIndex)
        {
            return recovery;
        }

        long started = Stopwatch.GetTimestamp();
        StartingSnapshot start = StartingSnapshot.Find(snapshots, recovery);
        if (start.Note is { } note)
        {
            log.SnapshotReplaced(note);
        }

        GcPause.Hold(start.File.FileBytes, () => SnapshotInstallation.Run(machine, start.File));
        log.SnapshotLoaded(start.File.Metadata.Index, recovery.LastIndex, Stopwatch.GetElapsedTime(started).TotalMilliseconds);
        return start.Recovery;
    }
}
