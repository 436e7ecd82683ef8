namespace MetaStore.Raft.Runtime.Batching.Admission;

/// <summary>One call that waits for a credit; its continuation never runs under the lock of the admission.</summary>
internal sealed class AdmissionWaiter(ConnectionCredits connection, int bytes, long deadline)
    : TaskCompletionSource<ProposalAdmissionResult>(TaskCreationOptions.RunContinuationsAsynchronously)
{
    public ConnectionCredits Connection { get; } = connection;

    public int Bytes { get; } = bytes;

    /// <summary>Timestamp at which it is refused.</summary>
    public long Deadline { get; } = deadline;
}
