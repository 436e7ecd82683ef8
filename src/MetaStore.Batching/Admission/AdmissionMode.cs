namespace MetaStore.Batching.Admission;

/// <summary>What the number of credits follows. Numbered as on the wire.</summary>
public enum AdmissionMode : byte
{
    /// <summary>Latency and memory pressure.</summary>
    Adaptive = 0,

    /// <summary>Nothing: always <see cref="AdmissionSettings.Initial"/>.</summary>
    Fixed = 1,

    /// <summary>The measured processing rate. The default.</summary>
    Dynamic = 2,
}
