using MetaStore.Protocol.V1;
using Admission = MetaStore.Batching.Admission;

namespace MetaStore.Server.Services.Mapping;

/// <summary>Converts admission settings and statistics between the runtime's records and metastore.v1. Times on the wire are microseconds.</summary>
internal static class AdmissionMessages
{
    /// <summary>The settings with every field set.</summary>
    public static AdmissionSettings ToWire(Admission.AdmissionSettings settings) => new()
    {
        Mode = (AdmissionMode)(int)settings.Mode,
        InitialCredits = settings.Initial,
        MinCredits = settings.Min,
        MaxCredits = settings.Max,
        CreditsPerConnection = settings.PerConnection,
        RefillRate = settings.RefillRate,
        RefillIntervalUs = Micros(settings.RefillInterval),
        MemoryThreshold = settings.MemoryThreshold,
        LatencyCeilingUs = Micros(settings.LatencyCeiling),
        MaxBytes = settings.MaxBytes,
        MaxWaitUs = Micros(settings.MaxWait),
        MaxWaiting = settings.MaxWaiting,
        MaxWaitingBytes = settings.MaxWaitingBytes,
        ReservedCredits = settings.Reserved,
    };

    /// <summary>The current settings with the fields that the message sets replaced. Not validated.</summary>
    public static Admission.AdmissionSettings Merge(Admission.AdmissionSettings now, AdmissionSettings? change) => change is null ? now : now with
    {
        Mode = change.HasMode ? Mode(change.Mode) : now.Mode,
        Initial = change.HasInitialCredits ? change.InitialCredits : now.Initial,
        Min = change.HasMinCredits ? change.MinCredits : now.Min,
        Max = change.HasMaxCredits ? change.MaxCredits : now.Max,
        PerConnection = change.HasCreditsPerConnection ? change.CreditsPerConnection : now.PerConnection,
        RefillRate = change.HasRefillRate ? change.RefillRate : now.RefillRate,
        RefillInterval = change.HasRefillIntervalUs ? Time(change.RefillIntervalUs) : now.RefillInterval,
        MemoryThreshold = change.HasMemoryThreshold ? change.MemoryThreshold : now.MemoryThreshold,
        LatencyCeiling = change.HasLatencyCeilingUs ? Time(change.LatencyCeilingUs) : now.LatencyCeiling,
        MaxBytes = change.HasMaxBytes ? change.MaxBytes : now.MaxBytes,
        MaxWait = change.HasMaxWaitUs ? Time(change.MaxWaitUs) : now.MaxWait,
        MaxWaiting = change.HasMaxWaiting ? change.MaxWaiting : now.MaxWaiting,
        MaxWaitingBytes = change.HasMaxWaitingBytes ? change.MaxWaitingBytes : now.MaxWaitingBytes,
        Reserved = change.HasReservedCredits ? change.ReservedCredits : now.Reserved,
    };

    /// <summary>The statistics at this moment.</summary>
    public static AdmissionStats ToWire(Admission.AdmissionStats stats) => new()
    {
        Limit = stats.Limit,
        Held = stats.Held,
        HeldBytes = stats.HeldBytes,
        HeldEssential = stats.HeldEssential,
        Waiting = stats.Waiting,
        WaitingBytes = stats.WaitingBytes,
        TotalAdmitted = stats.TotalAdmitted,
        TotalWaited = stats.TotalWaited,
        TotalRefused = stats.TotalRefused,
        Connections = stats.Connections,
        MostHeldByOne = stats.MostHeldByOne,
        Rate = stats.Rate,
        MemoryLoad = stats.MemoryLoad,
    };

    /// <summary>A mode that is no byte becomes a value that validation rejects with a message of its own.</summary>
    private static Admission.AdmissionMode Mode(AdmissionMode mode) => (Admission.AdmissionMode)((int)mode is >= 0 and < byte.MaxValue ? (byte)mode : byte.MaxValue);

    private static long Micros(TimeSpan time) => (long)time.TotalMicroseconds;

    /// <summary>Values out of range are clamped to a day, which validation rejects with a message of its own.</summary>
    private static TimeSpan Time(long micros) => TimeSpan.FromMicroseconds(Math.Clamp(micros, -1, 86_400_000_000));
}
