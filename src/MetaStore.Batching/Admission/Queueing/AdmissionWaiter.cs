namespace MetaStore.Batching.Admission.Queueing;

/// <summary>A call waiting for a credit; its continuation never runs under the lock of the admission.</summary>
internal sealed class AdmissionWaiter(WaitingCalls queue, int bytes, long since, long deadline)
    : TaskCompletionSource<ProposalAdmissionResult>(TaskCreationOptions.RunContinuationsAsynchronously)
{
    public WaitingCalls Queue { get; } = queue;

    public int Bytes { get; } = bytes;

    /// <summary>Timestamp at which the wait began.</summary>
    public long Since { get; } = since;

    /// <summary>Timestamp at which it is rejected.</summary>
    public long Deadline { get; } = deadline;

    public AdmissionWaiter? Previous { get; set; }

    public AdmissionWaiter? Next { get; set; }
}
