using System.Diagnostics.CodeAnalysis;
using MetaStore.Engines;
using MetaStore.Engines.Memory;
using MetaStore.Engines.PageFiles;
using MetaStore.Engines.RocksDb;
using MetaStore.IO;
using MetaStore.Raft.Runtime.Bootstrap;
using MetaStore.Raft.Storage;
using MetaStore.Raft.Storage.Snapshots;
using MetaStore.Raft.Storage.Wal;
using MetaStore.Raft.Storage.Wal.Recovery;
using MetaStore.StateMachine;

namespace MetaStore.Cli.Conversion;

/// <summary>Converts the state of an unused data directory from one engine to the other.</summary>
/// <remarks>
/// The new state is created next to the old one and compared with it; then the identity file, which names the engine, is replaced by one rename;
/// then the old state is removed. So a crash leaves a directory of the old engine with an extra file that is ignored, or one of the new engine. The
/// log is unchanged except for a marker: entries after the state are applied at the next start, as after any stop.
/// </remarks>
internal sealed class EngineConversion
{
    private readonly DataDirectory _directory;
    private readonly SnapshotStore _snapshots;
    private readonly WriteAheadLog _wal;
    private readonly WalRecovery _recovery;
    private readonly Action<string> _report;
    private readonly CancellationToken _cancellation;

    private EngineConversion(
        DataDirectory directory, SnapshotStore snapshots, WriteAheadLog wal, WalRecovery recovery, Action<string> report, CancellationToken cancellation)
    {
        _directory = directory;
        _snapshots = snapshots;
        _wal = wal;
        _recovery = recovery;
        _report = report;
        _cancellation = cancellation;
    }

    private ulong MarkedIndex => _recovery.Marker?.Index ?? 0;

    /// <summary>Converts, or completes an interrupted conversion.</summary>
    /// <param name="path">The data directory.</param>
    /// <param name="to">The engine to convert to.</param>
    /// <param name="report">Receives a line at every step.</param>
    /// <param name="cancellation">Cancels before the switch.</param>
    /// <exception cref="StorageException">Not a data directory, in use (73), damaged, or the disk failed.</exception>
    /// <exception cref="EngineException">The library is missing, the state is damaged, or the disk failed.</exception>
    [RequiresDynamicCode(RocksDbEngine.NeedsDynamicCode)]
    public static void Run(string path, EngineKind to, Action<string> report, CancellationToken cancellation)
    {
        path = Path.GetFullPath(path);
        if (!DataDirectory.TryReadIdentity(path, out var identity))
        {
            throw new StorageException(ExitCodes.ForeignDirectory, $"{path} is not a data directory: it has no file {DataDirectory.IdentityName}");
        }

        using var directory = DataDirectory.Open(path, identity.ClusterId, identity.NodeId);
        if (directory.Identity.Engine == to)
        {
            report($"{path} already uses the engine {NameOf(to)}");
            if (to == EngineKind.Memory && RemoveEngineFolder(directory))
            {
                report($"removed {directory.EnginePath}, left by an interrupted conversion");
            }

            return;
        }

        using var wal = WriteAheadLog.Open(directory.WalOptions, out var recovery);
        var conversion = new EngineConversion(directory, SnapshotStore.Open(directory), wal, recovery, report, cancellation);
        report($"{path}: member {identity.NodeId:x} of cluster {identity.ClusterId:x}, from {NameOf(directory.Identity.Engine)} to {NameOf(to)}");
        var summary = to == EngineKind.RocksDb ? conversion.ToRocksDb() : conversion.ToMemory();
        var later = recovery.LastIndex - Math.Min(recovery.LastIndex, summary.Index);
        report($"log: {later} entries after index {summary.Index} are kept; the next start applies those that are committed");
        report($"done: start the node with --engine {NameOf(to)}");
    }

    [RequiresDynamicCode(RocksDbEngine.NeedsDynamicCode)]
    private StateSummary ToRocksDb()
    {
        // The identity says memory: any engine files are left over.
        RemoveEngineFolder(_directory);
        var snapshot = NewestSnapshot();
        StateSummary before, after;
        using (var source = new MemoryEngine(new PageFolder(PhysicalDisk.Instance, _directory.SnapshotPath, new PageFileSettings())))
        {
            Load(source, snapshot);
            before = Reported("before", StateSummary.Of(source, _cancellation));
            snapshot = snapshot?.Body == SnapshotBody.Pages ? Portable(source, snapshot) : snapshot;
        }

        using (var target = RocksDbEngine.Open(_directory.EnginePath, new RocksDbSettings()))
        {
            Load(target, snapshot);
            target.Flush();
            after = Reported("after ", StateSummary.Of(target, _cancellation));
        }

        Switch(before, after, EngineKind.RocksDb);
        var removed = _snapshots.DeleteUpTo(MarkedIndex);
        new PageFolder(PhysicalDisk.Instance, _directory.SnapshotPath, new PageFileSettings()).DeleteAll();
        _report($"removed {removed} snapshots; the state is in {_directory.EnginePath}");
        return after;
    }

    [RequiresDynamicCode(RocksDbEngine.NeedsDynamicCode)]
    private StateSummary ToMemory()
    {
        StateSummary before;
        using (var source = RocksDbEngine.Open(_directory.EnginePath, new RocksDbSettings()))
        {
            if (MarkedIndex > StateSummary.AppliedIndexOf(source))
            {
                // The node was stopped between receiving a snapshot and loading it: the snapshot is the state.
                Load(source, NewestSnapshot());
            }

            before = Reported("before", StateSummary.Of(source, _cancellation));
            WriteSnapshot(source, before);
        }

        using var target = new MemoryEngine();
        Load(target, before.Index > 0 ? _snapshots.Open(before.Index) : null);
        var after = Reported("after ", StateSummary.Of(target, _cancellation));
        if (before.Index > MarkedIndex)
        {
            OfflineMarker.Write(_wal, OfflineMarker.PointAt(_recovery, before.Index));
        }

        Switch(before, after, EngineKind.Memory);
        RemoveEngineFolder(_directory);
        _report($"removed {_directory.EnginePath}; the state is in {_directory.SnapshotPath}");
        return after;
    }

    /// <summary>Replaces a snapshot that names page files by one of the same state that every engine reads, the page files stay until the switch.</summary>
    private SnapshotFile Portable(MemoryEngine source, SnapshotFile snapshot)
    {
        using var view = source.OpenView();
        var portable = _snapshots.Write(snapshot.Metadata, stream => source.WriteCheckpoint(view, stream, _cancellation), snapshot.Revision);
        _report($"wrote {portable.Path}, {portable.FileBytes} bytes, without page files");
        return portable;
    }

    private void WriteSnapshot(RocksDbEngine source, StateSummary state)
    {
        if (state.Index == 0)
        {
            return;
        }

        using var view = source.OpenView();
        var file = _snapshots.Write(
            OfflineMarker.PointAt(_recovery, state.Index), stream => source.WriteCheckpoint(view, stream, _cancellation), state.Revision);
        _report($"wrote {file.Path}, {file.FileBytes} bytes");
    }

    /// <summary>The snapshot after which the log starts; null when the log is complete.</summary>
    private SnapshotFile? NewestSnapshot()
    {
        if (MarkedIndex == 0)
        {
            return null;
        }

        var file = _snapshots.Open(MarkedIndex);
        return file ?? throw new StorageException(
            ExitCodes.ForeignDirectory, $"the log starts after index {MarkedIndex}, and its snapshot is not in {_directory.SnapshotPath}");
    }

    private void Load(IStorageEngine engine, SnapshotFile? snapshot)
    {
        if (snapshot is not null)
        {
            using var body = snapshot.OpenBody();
            switch (snapshot.Body)
            {
                case SnapshotBody.EngineFiles when engine is IStateFilesEngine files:
                    files.LoadFiles(body, view => StatePoint.Require(view, snapshot.Metadata.Index, snapshot.Metadata.Term), _cancellation);
                    break;
                case SnapshotBody.Pages when engine is IPageFilesEngine pages:
                    pages.LoadPaged(body, _cancellation);
                    break;
                default:
                    engine.Load(body, _cancellation);
                    break;
            }
        }
    }

    private StateSummary Reported(string when, StateSummary summary)
    {
        _report($"{when}: {summary}");
        return summary;
    }

    /// <summary>The atomic switch to the new engine.</summary>
    private void Switch(StateSummary before, StateSummary after, EngineKind to)
    {
        if (before != after)
        {
            throw new StorageException(ExitCodes.InvariantBroken, $"the state is not the same after the conversion; {_directory.Path} is unchanged");
        }

        _cancellation.ThrowIfCancellationRequested();
        _report("equal");
        _directory.ChangeEngine(to);
        _report($"switched to {NameOf(to)}");
    }

    private static bool RemoveEngineFolder(DataDirectory directory)
    {
        if (!Directory.Exists(directory.EnginePath))
        {
            return false;
        }

        Directory.Delete(directory.EnginePath, recursive: true);
        return true;
    }

    private static string NameOf(EngineKind engine) => engine == EngineKind.RocksDb ? RocksDbEngine.EngineName : MemoryEngine.EngineName;
}
