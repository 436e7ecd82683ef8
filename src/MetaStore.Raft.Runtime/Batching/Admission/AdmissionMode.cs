namespace MetaStore.Raft.Runtime.Batching.Admission;

/// <summary>What the number of credits follows.</summary>
public enum AdmissionMode : byte
{
    /// <summary>Latency and memory pressure. The default.</summary>
    Adaptive = 0,

    /// <summary>The measured processing rate.</summary>
    Dynamic = 1,

    /// <summary>Nothing: always <see cref="AdmissionSettings.Initial"/>.</summary>
    Fixed = 2,
}
