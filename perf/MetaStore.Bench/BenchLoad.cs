namespace MetaStore.Bench;

/// <summary>A load for metaload.</summary>
/// <param name="Name">Name in the report.</param>
/// <param name="Workload">metaload's workload.</param>
/// <param name="Inflight">Closed-loop calls in flight.</param>
/// <param name="Target">"leader", or "all": connections to every member.</param>
/// <param name="Streams">Streams that share the calls in flight, for workloads with streams.</param>
/// <param name="Gather">Calls are operations of one stream per connection.</param>
/// <param name="ValueBytes">Bytes of a value.</param>
/// <param name="Connections">Connections in all; 0 = one for 50 calls in flight, one for gathered calls.</param>
internal sealed record BenchLoad(string Name, string Workload, int Inflight, string Target = "leader", int Streams = 1, bool Gather = false, int ValueBytes = 256, int Connections = 0)
{
    /// <summary>Calls that fail are counted and do not end the comparison.</summary>
    public bool MayFail { get; init; }

    /// <summary>Further words for metaload.</summary>
    public IReadOnlyList<string> More { get; init; } = [];

    /// <summary>The loads for comparing two systems, in order.</summary>
    public static IReadOnlyList<BenchLoad> OfPairs { get; } =
    [
        new("put, 1 in flight", "put", 1),
        new("put, 100 in flight", "put", 100),
        new("put, 1000 in flight", "put", 1000),
        new("get linearizable, 1 in flight", "range", 1),
        new("get linearizable, 100 in flight", "range", 100),
        new("get linearizable, 1000 in flight", "range", 1000),
        new("get serializable, 1 in flight", "range-serializable", 1),
        new("get serializable, 100 in flight", "range-serializable", 100),
        new("get serializable, 1000 in flight", "range-serializable", 1000),
    ];

    /// <summary>What a cluster does beside single puts and gets, in order. 10,000 keys.</summary>
    public static IReadOnlyList<BenchLoad> Wide { get; } =
    [
        new("put of 1 KiB, 100 in flight", "put", 100, ValueBytes: 1 << 10),
        new("put of 16 KiB, 100 in flight", "put", 100, ValueBytes: 16 << 10),
        new("transaction of 10 puts, 100 in flight", "txn", 100) { More = ["--puts", "10"] },
        new("range of 10 keys, 100 in flight", "range", 100) { More = ["--range-limit", "10"] },
        new("range of 100 keys, 100 in flight", "range", 100) { More = ["--range-limit", "100"] },
        new("range of 10,000 keys, 4 in flight", "range", 4) { More = ["--range-limit", "10000"] },
        new("80 % gets and 20 % puts, 100 in flight", "mixed", 100),
        new("80 % gets and 20 % puts, 1000 in flight", "mixed", 1000),
        new("keepalive, 1 in flight", "keepalive", 1),
        new("keepalive, 100 streams of 10 in flight", "keepalive", 1000, Streams: 100),
    ];

    /// <summary>The loads for comparing leases; keepalives over 1000 leases.</summary>
    public static IReadOnlyList<BenchLoad> OfLeases { get; } =
    [
        new("keepalive, 100 streams of 10 in flight", "keepalive", 1000, "all", Streams: 100),
        new("keepalive, 100 streams of 1 in flight", "keepalive", 100, "all", Streams: 100),
        new("keepalive at the leader, 100 streams of 10", "keepalive", 1000, "leader", Streams: 100),
        new("keepalive at the leader, 1 stream of 1", "keepalive", 1),
        new("grant, 1 in flight", "lease-grant", 1),
        new("grant, 100 in flight", "lease-grant", 100),
    ];
}
