namespace MetaStore.StateMachine.Leases;

/// <summary>Is told which leases come and go, so that somebody with a clock can count them down.</summary>
/// <remarks>Thread: apply; calls must return at once. A change may be told before it is published to readers.</remarks>
public interface ILeaseListener
{
    /// <summary>A lease was granted.</summary>
    /// <param name="id">Never 0.</param>
    /// <param name="ttl">Seconds.</param>
    void OnGranted(long id, long ttl);

    /// <summary>A lease was revoked or expired; its keys are gone.</summary>
    void OnRevoked(long id);

    /// <summary>A leader has recorded what a lease has left, or, with 0 seconds, that it is renewed.</summary>
    void OnCheckpointed(LeaseCheckpoint recorded);

    /// <summary>The whole state was replaced; these are the leases now.</summary>
    void OnLoaded(IReadOnlyList<LeaseInfo> leases);
}
