using MetaStore.Raft.Messages;
using MetaStore.Raft.Runtime.Snapshots;

namespace MetaStore.Raft.Runtime.Tests.Node.Rig;

/// <summary>Has no snapshots.</summary>
internal sealed class FakeSnapshots : ISnapshotSource
{
    public Exception? OpenFailure { get; init; }

    public OutgoingSnapshot? Open(SnapshotMetadata snapshot, string taken) => OpenFailure is null ? null : throw OpenFailure;

    public bool Has(SnapshotMetadata snapshot) => false;

    /// <summary>Number of receptions started.</summary>
    public int Receptions { get; private set; }

    /// <summary>Thrown by each reception.</summary>
    public Exception? ReceiveFailure { get; init; }

    public ReceivedSnapshot Receive(SnapshotMetadata snapshot, Stream container, long length)
    {
        Receptions++;
        return ReceiveFailure is null ? new(null, default, "none are taken") : throw ReceiveFailure;
    }

    public bool IsReceived(SnapshotMetadata snapshot) => true;

    public string PathOf(SnapshotMetadata snapshot) => "";

    public void DeleteOlder(ulong before, int keep)
    {
    }
}
