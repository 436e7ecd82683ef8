using static MetaStore.Server.Configuration.Settings.SettingKinds;

using MetaStore.Batching.Admission;
using MetaStore.Server.Configuration.Values;

namespace MetaStore.Server.Configuration.Settings;

/// <summary>The part of <see cref="SettingCatalogue"/> that is about admission. Ranges are those of the admin RPC.</summary>
internal static class AdmissionTable
{
    public static Setting[] All { get; } =
    [
        Choice("admission-mode", "server.raft.admission.mode", "How the number of credits adapts to the node's load.", ["dynamic", "fixed", "adaptive"],
            o => o.Admission.Mode, (o, v) => o.Admission.Mode = v),
        Whole("admission-initial-credits", "server.raft.admission.initial_credits", "Credits at startup; mode fixed keeps this number.", 1, AdmissionRanges.CreditsMax,
            o => o.Admission.InitialCredits, (o, v) => o.Admission.InitialCredits = (int)v),
        Whole("admission-min-credits", "server.raft.admission.min_credits", "Minimum number of credits.", 1, AdmissionRanges.CreditsMax,
            o => o.Admission.MinCredits, (o, v) => o.Admission.MinCredits = (int)v),
        Whole("admission-max-credits", "server.raft.admission.max_credits", "Maximum number of credits.", 1, AdmissionRanges.CreditsMax,
            o => o.Admission.MaxCredits, (o, v) => o.Admission.MaxCredits = (int)v),
        Whole("admission-credits-per-connection", "server.raft.admission.credits_per_connection",
            "Credits that one client connection may hold while others propose as well; 0 = no limit.", 0, AdmissionRanges.CreditsMax,
            o => o.Admission.CreditsPerConnection, (o, v) => o.Admission.CreditsPerConnection = (int)v),
        Whole("admission-reserved-credits", "server.raft.admission.reserved_credits", "Additional credits reserved for lease revokes, compactions and alarms.", 0, AdmissionRanges.ReservedMax,
            o => o.Admission.ReservedCredits, (o, v) => o.Admission.ReservedCredits = (int)v),
        Whole("admission-refill-rate", "server.raft.admission.refill_rate", "Growth of the number of credits, per second.", 1, AdmissionRanges.RefillRateMax,
            o => o.Admission.RefillRate, (o, v) => o.Admission.RefillRate = (int)v),
        Duration("admission-refill-interval", "server.raft.admission.refill_interval", "Interval at which the load is checked.",
            Durations.Format(AdmissionRanges.RefillIntervalMin), Durations.Format(AdmissionRanges.RefillIntervalMax),
            o => o.Admission.RefillInterval, (o, v) => o.Admission.RefillInterval = v),
        Fraction("admission-memory-threshold", "server.raft.admission.memory_threshold", "adaptive: memory usage above which credits shrink, as a fraction.",
            o => o.Admission.MemoryThreshold, (o, v) => o.Admission.MemoryThreshold = v),
        Duration("admission-latency-ceiling", "server.raft.admission.latency_ceiling", "adaptive: average response time above which credits shrink.",
            Durations.Format(AdmissionRanges.LatencyCeilingMin), Durations.Format(AdmissionRanges.TimeMax),
            o => o.Admission.LatencyCeiling, (o, v) => o.Admission.LatencyCeiling = v),
        Bytes("admission-max-bytes", "server.raft.admission.max_bytes", "Bytes of proposals that hold a credit.", AdmissionRanges.BytesMin, AdmissionRanges.BytesMax,
            o => o.Admission.MaxBytes, (o, v) => o.Admission.MaxBytes = v),
        Duration("admission-max-wait", "server.raft.admission.max_wait", "Longest wait for a credit; a quarter of it under sustained overload.",
            Durations.Format(AdmissionRanges.MaxWaitMin), Durations.Format(AdmissionRanges.TimeMax),
            o => o.Admission.MaxWait, (o, v) => o.Admission.MaxWait = v),
        Whole("admission-queue-proposals", "server.raft.admission.queue_proposals", "Proposals waiting for a credit.", 1, AdmissionRanges.CreditsMax,
            o => o.Admission.QueueProposals, (o, v) => o.Admission.QueueProposals = (int)v),
        Bytes("admission-queue-bytes", "server.raft.admission.queue_bytes", "Bytes of waiting proposals; 0 = 256MiB, or an eighth of the memory when that is less.",
            0, AdmissionRanges.WaitingBytesMax, o => o.Admission.QueueBytes, (o, v) => o.Admission.QueueBytes = v),
    ];
}
