namespace MetaStore.StateMachine.Leases;

/// <summary>Receives granted and removed leases, so that a component with a clock can time them.</summary>
/// <remarks>Thread: apply; calls must return at once. A change may be reported before it is published to readers.</remarks>
public interface ILeaseListener
{
    /// <summary>A lease was granted.</summary>
    /// <param name="id">Never 0.</param>
    /// <param name="ttl">Seconds.</param>
    void OnGranted(long id, long ttl);

    /// <summary>A lease was revoked or expired; its keys are gone.</summary>
    void OnRevoked(long id);

    /// <summary>A leader has recorded the remaining time of a lease, or, with 0 seconds, its renewal.</summary>
    void OnCheckpointed(LeaseCheckpoint recorded);

    /// <summary>The whole state was replaced; these are the leases now.</summary>
    void OnLoaded(IReadOnlyList<LeaseInfo> leases);
}
