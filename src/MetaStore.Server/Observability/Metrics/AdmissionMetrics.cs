using MetaStore.Batching.Admission;
using MetaStore.Server.Observability.Instruments;

namespace MetaStore.Server.Observability.Metrics;

/// <summary>What of admission stands on /metrics.</summary>
internal sealed class AdmissionMetrics
{
    private const int WaitBuckets = 14;

    /// <summary>Waits of calls that had to wait for a credit; 1 ms to 8 s.</summary>
    private readonly Histogram _waits = new(0.001, WaitBuckets);

    /// <summary>A wait has ended, with a credit or without. Any thread.</summary>
    public void OnWaited(TimeSpan wait) => _waits.Add(wait);

    /// <summary>Adds them to the page.</summary>
    public void Write(MetricFamilies text, AdmissionStats stats)
    {
        text.Single("metastore_admission_limit", "gauge", "Credits for ordinary proposals; one is held from admission to the answer.", stats.Limit);
        text.Single("metastore_admission_held", "gauge", "Credits in use, reserved ones included.", stats.Held);
        text.Single("metastore_admission_held_essential", "gauge", "Credits in use by revokes of leases, compactions, alarms and the member's own proposals.", stats.HeldEssential);
        text.Single("metastore_admission_held_bytes", "gauge", "Bytes of the proposals that have a credit.", stats.HeldBytes);
        text.Single("metastore_admission_waiting", "gauge", "Proposals that wait for a credit.", stats.Waiting);
        text.Single("metastore_admission_waiting_bytes", "gauge", "Bytes of the proposals that wait for a credit.", stats.WaitingBytes);
        text.Single("metastore_admission_connections", "gauge", "Client connections that hold a credit or wait for one.", stats.Connections);
        text.Single("metastore_admission_most_held_by_connection", "gauge", "Most credits that one client connection holds.", stats.MostHeldByOne);
        text.Single("metastore_admission_rate", "gauge", "Answered proposals per second, moving average.", stats.Rate);
        text.Single("metastore_admission_memory_load", "gauge", "Share of the memory in use, 0 to 1, as the mode adaptive sees it.", stats.MemoryLoad);
        text.Single("metastore_admission_admitted_total", "counter", "Proposals that got a credit, at once or after a wait.", stats.TotalAdmitted);
        text.Single("metastore_admission_waited_total", "counter", "Proposals that had to wait for a credit, whatever became of them.", stats.TotalWaited);
        text.Single("metastore_admission_refused_total", "counter", "Proposals refused with \"too many requests\", at once or after a wait.", stats.TotalRefused);
        text.Histogram("metastore_admission_wait_seconds", "Time that proposals waited for a credit, of those that had to wait.", _waits);
    }
}
