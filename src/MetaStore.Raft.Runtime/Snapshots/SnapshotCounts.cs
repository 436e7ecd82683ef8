using MetaStore.Raft.Storage.Snapshots;

namespace MetaStore.Raft.Runtime.Snapshots;

/// <summary>Snapshots transferred between members since the start, by kind of content. Thread-safe.</summary>
public sealed class SnapshotCounts
{
    private readonly long[] _sent = new long[Enum.GetValues<SnapshotBody>().Length];
    private readonly long[] _received = new long[Enum.GetValues<SnapshotBody>().Length];

    /// <summary>Called for each transfer; null = none.</summary>
    public ISnapshotTransferObserver? Observer { get; set; }

    /// <summary>Transfers started by this member.</summary>
    public long Sent(SnapshotBody body) => Volatile.Read(ref _sent[(int)body]);

    /// <summary>Snapshots received, complete and verified.</summary>
    public long Received(SnapshotBody body) => Volatile.Read(ref _received[(int)body]);

    internal void CountSent(SnapshotBody body) => Interlocked.Increment(ref _sent[(int)body]);

    internal void CountReceived(SnapshotBody body) => Interlocked.Increment(ref _received[(int)body]);
}
