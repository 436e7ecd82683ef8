using MetaStore.Testing;

namespace MetaStore.Compatibility.Tests.Comparison;

/// <summary>
/// Which random sequences are compared: a few by default, or as many and as long as METASTORE_COMPAT_SEEDS (sequences) and
/// METASTORE_COMPAT_REQUESTS (requests of each; a quarter of that as steps of a watch sequence) specify. With METASTORE_EVERY_ROW=1 the few are compared
/// with TLS and auth too.
/// </summary>
public static class Streams
{
    private const int DefaultLength = 6000;

    private static readonly int? Seeds = Number("METASTORE_COMPAT_SEEDS");

    private static readonly int? Length = Number("METASTORE_COMPAT_REQUESTS");

    /// <summary>Engine, seed, members, requests, whether both clusters have TLS and auth.</summary>
    public static TheoryData<string, int, int, int, bool> OfRequests => Seeds is null && Length is null
        ? Few([("memory", 1, 1, 2000), ("rocksdb", 2, 1, 1500), ("rocksdb", 6, 3, 1200)], secured: ("memory", 7, 1, 500))
        : Asked(Length ?? DefaultLength);

    /// <summary>Engine, seed, members, steps, whether both clusters have TLS and auth.</summary>
    public static TheoryData<string, int, int, int, bool> OfWatches => Seeds is null && Length is null
        ? Few([("memory", 3, 3, 600), ("rocksdb", 2, 1, 500)], secured: ("memory", 5, 1, 200))
        : Asked((Length ?? DefaultLength) / 4);

    private static TheoryData<string, int, int, int, bool> Few(
        (string Engine, int Seed, int Members, int Length)[] open, (string Engine, int Seed, int Members, int Length) secured)
    {
        var data = new TheoryData<string, int, int, int, bool> { { secured.Engine, secured.Seed, secured.Members, secured.Length, true } };
        foreach (var (engine, seed, members, length) in open)
        {
            data.Add(engine, seed, members, length, false);
            if (RowOnRequestAttribute.IsRequested)
            {
                data.Add(engine, seed, members, length, true);
            }
        }

        return data;
    }

    /// <summary>Alternates the engine; every two sequences the number of members, and every four TLS and auth.</summary>
    private static TheoryData<string, int, int, int, bool> Asked(int length)
    {
        var data = new TheoryData<string, int, int, int, bool>();
        for (var seed = 1; seed <= (Seeds ?? 4); seed++)
        {
            data.Add(seed % 2 == 1 ? "memory" : "rocksdb", 100 + seed, (seed - 1) / 2 % 2 == 0 ? 1 : 3, length, (seed - 1) / 4 % 2 == 1);
        }

        return data;
    }

    private static int? Number(string name) => int.TryParse(Environment.GetEnvironmentVariable(name), out var number) ? number : null;
}
