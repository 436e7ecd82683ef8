namespace MetaStore.Batching.Admission;

/// <summary>Which credits a call may take.</summary>
public enum AdmissionClass : byte
{
    /// <summary>Those of <see cref="AdmissionStats.Limit"/>, shared by all connections.</summary>
    Ordinary = 0,

    /// <summary>
    /// Those of <see cref="AdmissionSettings.Reserved"/> first: calls that free space, end leases or change the cluster must be admitted while the member
    /// is overloaded. The limits on bytes and per connection do not apply to them.
    /// </summary>
    Essential = 1,
}
