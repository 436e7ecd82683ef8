namespace MetaStore.Raft.Runtime.Batching.Admission;

/// <summary>The credits that one client connection holds. One object per connection; only <see cref="ProposalAdmission"/> writes it.</summary>
public sealed class ConnectionCredits
{
    /// <summary>Credits held, guarded by the lock of the admission.</summary>
    internal int Held;
}
