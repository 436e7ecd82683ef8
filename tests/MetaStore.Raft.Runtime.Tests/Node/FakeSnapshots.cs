using MetaStore.Raft.Messages;

namespace MetaStore.Raft.Runtime.Tests.Node;

/// <summary>No snapshots at all.</summary>
internal sealed class FakeSnapshots : INodeSnapshots
{
    public Exception? OpenFailure { get; init; }

    public Stream? Open(SnapshotMetadata snapshot) => OpenFailure is null ? null : throw OpenFailure;

    public bool Has(SnapshotMetadata snapshot) => false;

    public string? Receive(SnapshotMetadata snapshot, Stream body, long length) => "none are taken";

    public string PathOf(SnapshotMetadata snapshot) => "";

    public void DeleteOlder(ulong before, int keep)
    {
    }
}
