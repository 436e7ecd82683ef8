namespace MetaStore.Compatibility.Tests.Comparison;

/// <summary>
/// Which random sequences are compared: a few by default, or as many and as long as METASTORE_COMPAT_SEEDS (sequences) and
/// METASTORE_COMPAT_REQUESTS (requests of each; a quarter of that as steps of a watch sequence) specify.
/// </summary>
public static class Streams
{
    private const int DefaultLength = 6000;

    private static readonly int? Seeds = Number("METASTORE_COMPAT_SEEDS");

    private static readonly int? Length = Number("METASTORE_COMPAT_REQUESTS");

    /// <summary>Engine, seed, members, requests.</summary>
    public static TheoryData<string, int, int, int> OfRequests => Seeds is null && Length is null
        ? new() { { "memory", 1, 1, 2500 }, { "rocksdb", 2, 1, 2500 }, { "rocksdb", 6, 3, 1500 } }
        : Asked(Length ?? DefaultLength);

    /// <summary>Engine, seed, members, steps.</summary>
    public static TheoryData<string, int, int, int> OfWatches => Seeds is null && Length is null
        ? new() { { "memory", 3, 3, 700 }, { "rocksdb", 2, 1, 700 } }
        : Asked((Length ?? DefaultLength) / 4);

    /// <summary>Alternates the engine, and every two sequences the number of members.</summary>
    private static TheoryData<string, int, int, int> Asked(int length)
    {
        var data = new TheoryData<string, int, int, int>();
        for (var seed = 1; seed <= (Seeds ?? 4); seed++)
        {
            data.Add(seed % 2 == 1 ? "memory" : "rocksdb", 100 + seed, (seed - 1) / 2 % 2 == 0 ? 1 : 3, length);
        }

        return data;
    }

    private static int? Number(string name) => int.TryParse(Environment.GetEnvironmentVariable(name), out var number) ? number : null;
}
