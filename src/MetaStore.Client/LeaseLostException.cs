namespace MetaStore.Client;

/// <summary>The lease ended too early: before a lock was acquired, or before a leader published its value.</summary>
public sealed class LeaseLostException : Exception
{
    /// <summary>Creates the exception.</summary>
    /// <param name="leaseId">The lease.</param>
    /// <param name="inner">Why it could not be renewed, when that is known.</param>
    public LeaseLostException(long leaseId, Exception? inner = null)
        : base($"lease {leaseId:x16} is lost", inner) => LeaseId = leaseId;

    /// <summary>The lease.</summary>
    public long LeaseId { get; }
}
