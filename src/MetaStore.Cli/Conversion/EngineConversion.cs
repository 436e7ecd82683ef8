using MetaStore.Engines;
using MetaStore.Engines.Memory;
using MetaStore.Engines.RocksDb;
using MetaStore.IO;
using MetaStore.Raft.Runtime.Bootstrap;
using MetaStore.Raft.Storage;
using MetaStore.Raft.Storage.Snapshots;
using MetaStore.Raft.Storage.Wal;
using MetaStore.Raft.Storage.Wal.Recovery;
using MetaStore.StateMachine;

namespace MetaStore.Cli.Conversion;

/// <summary>Moves the state of a data directory that no node uses from one engine to the other.</summary>
/// <remarks>
/// The new state is made and compared beside the old one; then the identity file, which names the engine, is replaced by one rename; then
/// the old state is removed. So a crash leaves a directory of the old engine, with something beside it that no node looks at, or one of the
/// new engine. The log is not touched except for a marker: what is behind the state is applied at the next start, as after any stop.
/// </remarks>
internal sealed class EngineConversion
{
    private readonly DataDirectory _directory;
    private readonly SnapshotStore _snapshots;
    private readonly WriteAheadLog _wal;
    private readonly WalRecovery _recovery;
    private readonly Action<string> _tell;
    private readonly CancellationToken _cancellation;

    private EngineConversion(
        DataDirectory directory, SnapshotStore snapshots, WriteAheadLog wal, WalRecovery recovery, Action<string> tell, CancellationToken cancellation)
    {
        _directory = directory;
        _snapshots = snapshots;
        _wal = wal;
        _recovery = recovery;
        _tell = tell;
        _cancellation = cancellation;
    }

    private ulong MarkedIndex => _recovery.Marker?.Index ?? 0;

    /// <summary>Converts, or finishes what an interrupted conversion left.</summary>
    /// <param name="path">The data directory.</param>
    /// <param name="to">The engine that shall keep the state.</param>
    /// <param name="tell">Receives a line at every step.</param>
    /// <param name="cancellation">Ends it early, up to the moment of the switch.</param>
    /// <exception cref="StorageException">No data directory, in use (73), damaged, or the disk refused.</exception>
    /// <exception cref="EngineException">The library is missing, the state is damaged, or the disk refused.</exception>
    public static void Run(string path, EngineKind to, Action<string> tell, CancellationToken cancellation)
    {
        path = Path.GetFullPath(path);
        if (!DataDirectory.TryReadIdentity(path, out var identity))
        {
            throw new StorageException(ExitCodes.ForeignDirectory, $"{path} is no data directory: there is no file {DataDirectory.IdentityName} in it");
        }

        using var directory = DataDirectory.Open(path, identity.ClusterId, identity.NodeId);
        if (directory.Identity.Engine == to)
        {
            tell($"{path} keeps its state in {NameOf(to)} already");
            if (to == EngineKind.Memory && RemoveEngineFolder(directory))
            {
                tell($"removed {directory.EnginePath}, which an interrupted conversion had left");
            }

            return;
        }

        using var wal = WriteAheadLog.Open(directory.WalOptions, out var recovery);
        var conversion = new EngineConversion(directory, SnapshotStore.Open(directory), wal, recovery, tell, cancellation);
        tell($"{path}: member {identity.NodeId:x} of cluster {identity.ClusterId:x}, from {NameOf(directory.Identity.Engine)} to {NameOf(to)}");
        var summary = to == EngineKind.RocksDb ? conversion.ToRocksDb() : conversion.ToMemory();
        var behind = recovery.LastIndex - Math.Min(recovery.LastIndex, summary.Index);
        tell($"log: {behind} entries behind index {summary.Index} stay as they are; the next start applies those that are committed");
        tell($"done: start the node with --engine {NameOf(to)}");
    }

    private StateSummary ToRocksDb()
    {
        // The identity says memory: whatever lies there is left over.
        RemoveEngineFolder(_directory);
        var snapshot = NewestSnapshot();
        StateSummary before, after;
        using (var source = new MemoryEngine())
        {
            Load(source, snapshot);
            before = Tell("before", StateSummary.Of(source, _cancellation));
        }

        using (var target = RocksDbEngine.Open(_directory.EnginePath, new RocksDbSettings()))
        {
            Load(target, snapshot);
            target.Flush();
            after = Tell("after ", StateSummary.Of(target, _cancellation));
        }

        Switch(before, after, EngineKind.RocksDb);
        var removed = _snapshots.DeleteUpTo(MarkedIndex);
        _tell($"removed {removed} snapshots; the state is in {_directory.EnginePath}");
        return after;
    }

    private StateSummary ToMemory()
    {
        StateSummary before;
        using (var source = RocksDbEngine.Open(_directory.EnginePath, new RocksDbSettings()))
        {
            if (MarkedIndex > StateSummary.AppliedIndexOf(source))
            {
                // The node was stopped between taking a snapshot over and loading it: the snapshot is the state.
                Load(source, NewestSnapshot());
            }

            before = Tell("before", StateSummary.Of(source, _cancellation));
            WriteSnapshot(source, before);
        }

        using var target = new MemoryEngine();
        Load(target, before.Index > 0 ? _snapshots.Open(before.Index) : null);
        var after = Tell("after ", StateSummary.Of(target, _cancellation));
        if (before.Index > MarkedIndex)
        {
            OfflineMarker.Write(_wal, OfflineMarker.PointAt(_recovery, before.Index));
        }

        Switch(before, after, EngineKind.Memory);
        RemoveEngineFolder(_directory);
        _tell($"removed {_directory.EnginePath}; the state is in {_directory.SnapshotPath}");
        return after;
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
        _tell($"wrote {file.Path}, {file.FileBytes} bytes");
    }

    /// <summary>The snapshot that the log begins behind; null when it begins at its beginning.</summary>
    private SnapshotFile? NewestSnapshot()
    {
        if (MarkedIndex == 0)
        {
            return null;
        }

        var file = _snapshots.Open(MarkedIndex);
        return file ?? throw new StorageException(
            ExitCodes.ForeignDirectory, $"the log begins behind index {MarkedIndex}, and its snapshot is not in {_directory.SnapshotPath}");
    }

    private void Load(IStorageEngine engine, SnapshotFile? snapshot)
    {
        if (snapshot is not null)
        {
            using var body = snapshot.OpenBody();
            if (snapshot.Body == SnapshotBody.EngineFiles && engine is IStateFilesEngine files)
            {
                files.LoadFiles(body, view => StatePoint.Require(view, snapshot.Metadata.Index, snapshot.Metadata.Term), _cancellation);
            }
            else
            {
                engine.Load(body, _cancellation);
            }
        }
    }

    private StateSummary Tell(string when, StateSummary summary)
    {
        _tell($"{when}: {summary}");
        return summary;
    }

    /// <summary>The step that counts.</summary>
    private void Switch(StateSummary before, StateSummary after, EngineKind to)
    {
        if (before != after)
        {
            throw new StorageException(ExitCodes.InvariantBroken, $"the state is not the same after the conversion; {_directory.Path} stays as it was");
        }

        _cancellation.ThrowIfCancellationRequested();
        _tell("equal");
        _directory.ChangeEngine(to);
        _tell($"switched to {NameOf(to)}");
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
