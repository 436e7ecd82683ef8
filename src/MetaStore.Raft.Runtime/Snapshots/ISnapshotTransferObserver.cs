namespace MetaStore.Raft.Runtime.Snapshots;

/// <summary>Receives the start and end of snapshot transfers between members. Any thread.</summary>
public interface ISnapshotTransferObserver
{
    /// <summary>A transfer starts.</summary>
    /// <param name="peer">The other member.</param>
    /// <param name="outgoing">True when this member sends.</param>
    void OnBegun(ulong peer, bool outgoing);

    /// <summary>A transfer has ended.</summary>
    /// <param name="peer">The other member.</param>
    /// <param name="outgoing">True when this member sent.</param>
    /// <param name="delivered">Whether it arrived completely and was accepted.</param>
    void OnEnded(ulong peer, bool outgoing, bool delivered);
}
