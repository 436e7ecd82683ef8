using System.Globalization;
using System.Runtime.InteropServices;
using RocksDbSharp;

namespace MetaStore.Engines.RocksDb.Background;

/// <summary>The library's properties and statistics as metrics.</summary>
internal static class RocksDbMetrics
{
    private static readonly (string Property, string Name, string Help)[] Gauges =
    [
        ("rocksdb.cur-size-all-mem-tables", "rocksdb_memtable_bytes", "Bytes in memtables, not yet durable in the engine."),
        ("rocksdb.num-immutable-mem-table", "rocksdb_memtables_waiting", "Memtables that wait for their flush."),
        ("rocksdb.total-sst-files-size", "rocksdb_files_bytes", "Bytes of table files."),
        ("rocksdb.estimate-live-data-size", "rocksdb_live_bytes", "Bytes of table files that are not superseded, estimated."),
        ("rocksdb.num-files-at-level0", "rocksdb_level0_files", "Table files at level 0, not yet compacted."),
        ("rocksdb.estimate-pending-compaction-bytes", "rocksdb_compaction_pending_bytes", "Bytes that compaction has yet to rewrite, estimated."),
        ("rocksdb.estimate-table-readers-mem", "rocksdb_table_readers_bytes", "Bytes that open table files take in memory."),
    ];

    private static readonly (string Property, string Name, string Help)[] Shared =
    [
        ("rocksdb.block-cache-usage", "rocksdb_block_cache_bytes", "Bytes in the block cache."),
        ("rocksdb.num-running-compactions", "rocksdb_compactions_running", "Compactions that run."),
        ("rocksdb.num-running-flushes", "rocksdb_flushes_running", "Flushes that run."),
        ("rocksdb.is-write-stopped", "rocksdb_write_stopped", "1 while commits wait for flushes or compactions."),
    ];

    /// <summary>Counters of the library; the factor converts its unit to the metric's.</summary>
    private static readonly (string Ticker, string Name, double Factor, string Help)[] Tickers =
    [
        ("rocksdb.block.cache.hit", "rocksdb_block_cache_hits_total", 1, "Blocks found in the cache."),
        ("rocksdb.block.cache.miss", "rocksdb_block_cache_misses_total", 1, "Blocks read from files."),
        ("rocksdb.bytes.written", "rocksdb_bytes_written_total", 1, "Bytes committed."),
        ("rocksdb.bytes.read", "rocksdb_bytes_read_total", 1, "Bytes returned by lookups."),
        ("rocksdb.flush.write.bytes", "rocksdb_flush_bytes_total", 1, "Bytes written by flushes."),
        ("rocksdb.compact.write.bytes", "rocksdb_compaction_bytes_total", 1, "Bytes written by compactions."),
        ("rocksdb.stall.micros", "rocksdb_stall_seconds_total", 1e-6, "Time that commits were stalled."),
    ];

    internal static IReadOnlyList<EngineMetric> Read(DatabaseHandle database)
    {
        var metrics = new List<EngineMetric>();
        foreach (var (property, name, help) in Gauges)
        {
            metrics.Add(new EngineMetric(name, "gauge", help, SizeEstimate.Sum(database, property)));
        }

        foreach (var (property, name, help) in Shared)
        {
            metrics.Add(new EngineMetric(name, "gauge", help, database.Number(property, database.Family(Bucket.Revisions)) ?? 0));
        }

        metrics.Add(new EngineMetric(
            "rocksdb_background_errors", "gauge", "Errors of flushes and compactions since the start.", BackgroundErrors.Count(database)));
        var statistics = Statistics(database);
        foreach (var (ticker, name, factor, help) in Tickers)
        {
            metrics.Add(new EngineMetric(name, "counter", help, factor * statistics.GetValueOrDefault(ticker)));
        }

        return metrics;
    }

    /// <summary>Parses lines "name COUNT : number"; lines of histograms have another form and are skipped.</summary>
    private static Dictionary<string, double> Statistics(DatabaseHandle database)
    {
        // The binding's GetStatisticsString never frees the text.
        var native = Native.Instance.rocksdb_options_statistics_get_string(database.Options.Database.Handle);
        var text = Marshal.PtrToStringUTF8(native) ?? "";
        Native.Instance.rocksdb_free(native);
        var found = new Dictionary<string, double>(StringComparer.Ordinal);
        foreach (var line in text.Split('\n'))
        {
            var parts = line.Split(" COUNT : ");
            if (parts.Length == 2 && double.TryParse(parts[1], NumberStyles.Float, CultureInfo.InvariantCulture, out var value))
            {
                found[parts[0]] = value;
            }
        }

        return found;
    }
}
