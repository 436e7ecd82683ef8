using MetaStore.Server.Observability.Instruments;
using MetaStore.StateMachine;
using MetaStore.StateMachine.Alarms;
using MetaStore.StateMachine.Mvcc;

namespace MetaStore.Server.Observability.Metrics;

/// <summary>Metrics of the store, with etcd's names: the current ones and those of the 3.4 series, which dashboards still use.</summary>
internal sealed class StoreMetrics(ReplicatedStateMachine machine, ApplyMetrics applying, MaintenanceMetrics maintenance)
{
    /// <summary>Adds the metrics to the page.</summary>
    public void Write(MetricFamilies text)
    {
        MvccCounts counts = machine.Reader.Counts;
        text.Single("etcd_debugging_mvcc_current_revision", "gauge", "Store revision.", machine.Reader.Revision);
        text.Single("etcd_debugging_mvcc_compact_revision", "gauge", "Compacted revision.", machine.Reader.CompactedRevision);
        text.Single("etcd_debugging_auth_revision", "gauge", "Auth revision.", machine.Reader.Auth.Revision);
        text.Single("etcd_debugging_mvcc_keys_total", "gauge", "Number of keys.", machine.Reader.KeyCount);
        text.Single("etcd_debugging_mvcc_total_put_size_in_bytes", "gauge", "Bytes of keys and values set since the start.", counts.PutBytes);
        text.Single("etcd_mvcc_db_open_read_transactions", "gauge", "Open read transactions.", counts.OpenReads);
        foreach (string prefix in new[] { "etcd_mvcc_", "etcd_debugging_mvcc_" })
        {
            text.Single(prefix + "range_total", "counter", "Ranges, including those of transactions.", counts.Ranges);
            text.Single(prefix + "put_total", "counter", "Puts, including those of transactions.", counts.Puts);
            text.Single(prefix + "delete_total", "counter", "Deletes, including those of transactions.", counts.Deletes);
            text.Single(prefix + "txn_total", "counter", "Transactions.", counts.Transactions);
            text.Single(prefix + "db_total_size_in_bytes", "gauge", "Bytes the engine has allocated.", machine.Engine.SizeAllocated);
        }

        text.Single("etcd_mvcc_db_total_size_in_use_in_bytes", "gauge", "Bytes of keys and values in the engine.", machine.Engine.SizeInUse);
        applying.Compaction.Write(text, counts.Compacted);
        maintenance.Write(text);
        Alarms(text);

        // A commit here only writes: there is no tree to rebalance and no page to split.
        foreach (string name in new[] { "etcd_disk_backend_commit_duration_seconds", "etcd_debugging_disk_backend_commit_write_duration_seconds" })
        {
            text.Histogram(name, "Duration of writing a group of entries to the engine and publishing it to readers.", applying.Commits);
        }
    }

    private void Alarms(MetricFamilies text)
    {
        text.Family("etcd_debugging_server_alarms", "gauge", "1 for each alarm that is raised.");
        foreach (AlarmRecord alarm in machine.Alarms.Raised)
        {
            string kind = alarm.Kind == AlarmKind.NoSpace ? "NOSPACE" : "CORRUPT";
            text.Sample("etcd_debugging_server_alarms", $"server_id=\"{alarm.Member:x}\",alarm_type=\"{kind}\"", 1);
        }
    }
}
