namespace MetaStore.Client;

/// <summary>The lease ended before what it was needed for was done: a lock was still waited for, a leader had still something to say.</summary>
public sealed class LeaseLostException : Exception
{
    /// <summary>Makes one.</summary>
    /// <param name="leaseId">The lease.</param>
    /// <param name="inner">Why it could not be renewed, when that is known.</param>
    public LeaseLostException(long leaseId, Exception? inner = null)
        : base($"lease {leaseId:x16} is lost", inner) => LeaseId = leaseId;

    /// <summary>The lease.</summary>
    public long LeaseId { get; }
}
