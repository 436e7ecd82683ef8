using MetaStore.Raft.Messages;

namespace MetaStore.Raft.Runtime.Tests.Node;

/// <summary>No snapshots at all.</summary>
internal sealed class FakeSnapshots : INodeSnapshots
{
    public Stream? Open(SnapshotMetadata snapshot) => null;

    public string? Receive(SnapshotMetadata snapshot, Stream body, long length) => "none are taken";

    public string PathOf(SnapshotMetadata snapshot) => "";

    public void DeleteOlder(int keep)
    {
    }
}
