using MetaStore.Raft.Runtime.Snapshots;

namespace MetaStore.Raft.Runtime;

/// <summary>Snapshots between members since the start, by what they hold. Thread-safe.</summary>
public sealed class SnapshotCounts
{
    private readonly long[] _sent = new long[2];
    private readonly long[] _received = new long[2];

    /// <summary>Called for each on its way; null = none.</summary>
    public ISnapshotTransferObserver? Observer { get; set; }

    /// <summary>How many this member has begun to send.</summary>
    public long Sent(SnapshotBody body) => Volatile.Read(ref _sent[(int)body]);

    /// <summary>How many it has taken in, complete and verified.</summary>
    public long Received(SnapshotBody body) => Volatile.Read(ref _received[(int)body]);

    internal void CountSent(SnapshotBody body) => Interlocked.Increment(ref _sent[(int)body]);

    internal void CountReceived(SnapshotBody body) => Interlocked.Increment(ref _received[(int)body]);
}
