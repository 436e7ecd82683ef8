using MetaStore.Engines;
using MetaStore.Engines.StateFiles;
using MetaStore.Raft.Storage.Snapshots;

namespace MetaStore.Server.Hosting.Storage;

/// <summary>Snapshots that consist of an engine's files.</summary>
internal sealed class EngineSnapshotFiles(IStateFilesEngine engine) : ISnapshotFiles
{
    /// <summary>The snapshot files of an engine, or none when it has no files.</summary>
    public static ISnapshotFiles Of(IStorageEngine engine) => engine is IStateFilesEngine files ? new EngineSnapshotFiles(files) : NoSnapshotFiles.Instance;

    /// <inheritdoc/>
    public string Taken => engine.FilesFormat?.ToString() ?? "";

    /// <inheritdoc/>
    public bool IsReadBy(SnapshotFile snapshot, string taken)
    {
        if (!StateFilesFormat.TryParse(taken, out StateFilesFormat? reads))
        {
            return false;
        }

        using Stream body = snapshot.OpenBody();
        return reads.Reads(engine.FormatOf(body));
    }

    /// <inheritdoc/>
    public string? Refusal(SnapshotFile snapshot)
    {
        try
        {
            using Stream body = snapshot.OpenBody();
            engine.CheckFiles(body);
            return null;
        }
        catch (EngineException refused)
        {
            return refused.Message;
        }
    }
}
