namespace MetaStore.Raft.Storage.Snapshots;

/// <summary>For a host whose engine has no files: only portable bodies.</summary>
public sealed class NoSnapshotFiles : ISnapshotFiles
{
    private NoSnapshotFiles()
    {
    }

    /// <summary>The only instance.</summary>
    public static NoSnapshotFiles Instance { get; } = new();

    /// <inheritdoc/>
    public string Taken => "";

    /// <inheritdoc/>
    public bool IsReadBy(SnapshotFile snapshot, string acceptedFormats) => false;

    /// <inheritdoc/>
    public string Refusal(SnapshotFile snapshot) => "it holds the files of an engine, and this member takes none";
}
