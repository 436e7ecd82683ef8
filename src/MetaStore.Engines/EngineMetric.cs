namespace MetaStore.Engines;

/// <summary>One internal metric of an engine.</summary>
/// <param name="Name">In Prometheus style, without the product's prefix: "rocksdb_memtable_bytes".</param>
/// <param name="Kind">"gauge" or "counter".</param>
/// <param name="Help">One sentence.</param>
/// <param name="Value">The number.</param>
public readonly record struct EngineMetric(string Name, string Kind, string Help, double Value);
