namespace MetaStore.Batching.Admission;

/// <summary>Which credits a call may take.</summary>
public enum AdmissionClass : byte
{
    /// <summary>Those of <see cref="AdmissionStats.Limit"/>, shared with all other connections.</summary>
    Ordinary = 0,

    /// <summary>
    /// Those of <see cref="AdmissionSettings.Reserved"/> first: what frees space, ends leases or changes the cluster must get in while the member is
    /// overloaded. Neither the limits of bytes nor that of a connection hold it up.
    /// </summary>
    Essential = 1,
}
