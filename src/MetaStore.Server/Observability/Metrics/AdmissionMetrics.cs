using MetaStore.Batching.Admission;
using MetaStore.Server.Observability.Instruments;

namespace MetaStore.Server.Observability.Metrics;

/// <summary>Admission metrics.</summary>
internal sealed class AdmissionMetrics
{
    private const int WaitBuckets = 14;

    /// <summary>Waiting times of calls that had to wait for a credit; 1 ms to 8 s.</summary>
    private readonly Histogram _waits = new(0.001, WaitBuckets);

    /// <summary>A wait has ended, with or without a credit. Any thread.</summary>
    public void OnWaited(TimeSpan wait) => _waits.Add(wait);

    /// <summary>Adds the metrics to the page.</summary>
    public void Write(MetricFamilies text, AdmissionStats stats)
    {
        text.Single("metastore_admission_limit", "gauge", "Credits for ordinary proposals; one is held from admission to the response.", stats.Limit);
        text.Single("metastore_admission_held", "gauge", "Credits in use, including reserved ones.", stats.Held);
        text.Single("metastore_admission_held_essential", "gauge", "Credits in use by lease revokes, compactions, alarms and the member's own proposals.", stats.HeldEssential);
        text.Single("metastore_admission_held_bytes", "gauge", "Bytes of proposals that hold a credit.", stats.HeldBytes);
        text.Single("metastore_admission_waiting", "gauge", "Proposals waiting for a credit.", stats.Waiting);
        text.Single("metastore_admission_waiting_bytes", "gauge", "Bytes of proposals waiting for a credit.", stats.WaitingBytes);
        text.Single("metastore_admission_connections", "gauge", "Client connections that hold or wait for a credit.", stats.Connections);
        text.Single("metastore_admission_most_held_by_connection", "gauge", "Largest number of credits held by one client connection.", stats.MostHeldByOne);
        text.Single("metastore_admission_rate", "gauge", "Completed proposals per second, moving average.", stats.Rate);
        text.Single("metastore_admission_memory_load", "gauge", "Fraction of the memory in use, 0 to 1, as used by mode adaptive.", stats.MemoryLoad);
        text.Single("metastore_admission_admitted_total", "counter", "Proposals that got a credit, immediately or after waiting.", stats.TotalAdmitted);
        text.Single("metastore_admission_waited_total", "counter", "Proposals that had to wait for a credit, successful or not.", stats.TotalWaited);
        text.Single("metastore_admission_refused_total", "counter", "Proposals rejected with \"too many requests\", immediately or after waiting.", stats.TotalRefused);
        text.Histogram("metastore_admission_wait_seconds", "Waiting time for a credit, of proposals that had to wait.", _waits);
    }
}
