using MetaStore.StateMachine.Leases;

namespace MetaStore.StateMachine.Tests.Rig;

/// <summary>Records its notifications, one line each.</summary>
internal sealed class RecordingLeaseListener : ILeaseListener
{
    public List<string> Lines { get; } = [];

    public void OnGranted(long id, long ttl) => Lines.Add($"granted {id}:{ttl}");

    public void OnRevoked(long id) => Lines.Add($"revoked {id}");

    public void OnCheckpointed(LeaseCheckpoint recorded) => Lines.Add($"recorded {recorded.Id}:{recorded.Remaining} in {recorded.Epoch}");

    public void OnLoaded(IReadOnlyList<LeaseInfo> leases) =>
        Lines.Add($"loaded {string.Join(' ', leases.Select(lease => $"{lease.Id}:{lease.Ttl}"))}");
}
