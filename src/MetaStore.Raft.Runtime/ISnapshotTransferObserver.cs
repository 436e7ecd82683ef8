namespace MetaStore.Raft.Runtime;

/// <summary>Hears of snapshots on their way between members. Any thread.</summary>
public interface ISnapshotTransferObserver
{
    /// <summary>One begins.</summary>
    /// <param name="peer">The other member.</param>
    /// <param name="outgoing">True when this member sends.</param>
    void OnBegun(ulong peer, bool outgoing);

    /// <summary>One has ended.</summary>
    /// <param name="peer">The other member.</param>
    /// <param name="outgoing">True when this member sent.</param>
    /// <param name="delivered">Whether it arrived whole and was taken.</param>
    void OnEnded(ulong peer, bool outgoing, bool delivered);
}
