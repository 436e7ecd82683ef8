using MetaStore.Raft.Storage.Snapshots;

namespace MetaStore.Raft.Runtime.Tests.Snapshots;

/// <summary>An engine whose files are arbitrary bytes that start with its name.</summary>
internal sealed class FakeSnapshotFiles(string name) : ISnapshotFiles
{
    public string Taken => name;

    public bool IsReadBy(SnapshotFile snapshot, string taken) => Text(snapshot).StartsWith(taken, StringComparison.Ordinal) && taken.Length > 0;

    public string? Refusal(SnapshotFile snapshot) => IsReadBy(snapshot, name) ? null : $"these are no files of {name}";

    private static string Text(SnapshotFile snapshot)
    {
        using StreamReader reader = new(snapshot.OpenBody());
        return reader.ReadToEnd();
    }
}
