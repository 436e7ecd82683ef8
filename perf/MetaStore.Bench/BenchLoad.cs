namespace MetaStore.Bench;

/// <summary>One load as metaload knows it.</summary>
/// <param name="Name">How the report calls it.</param>
/// <param name="Workload">metaload's workload.</param>
/// <param name="Inflight">Closed-loop calls in flight.</param>
internal sealed record BenchLoad(string Name, string Workload, int Inflight)
{
    /// <summary>The loads under which two systems are compared, in the order they run.</summary>
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

    /// <summary>The loads under which batching modes are compared.</summary>
    public static IReadOnlyList<BenchLoad> OfModes { get; } =
    [
        new("put, 1 in flight", "put", 1),
        new("put, 50 in flight", "put", 50),
        new("put, 256 in flight", "put", 256),
        new("put, 1000 in flight", "put", 1000),
    ];
}
