namespace MetaStore.Batching.Admission;

/// <summary>What the number of credits depends on. The numbers are those of the API.</summary>
public enum AdmissionMode : byte
{
    /// <summary>Latency and memory pressure.</summary>
    Adaptive = 0,

    /// <summary>Constant: always <see cref="AdmissionSettings.Initial"/>.</summary>
    Fixed = 1,

    /// <summary>The measured rate of completed proposals. The default.</summary>
    Dynamic = 2,
}
