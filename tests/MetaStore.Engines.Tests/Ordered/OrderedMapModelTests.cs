using MetaStore.Engines.Ordered;

namespace MetaStore.Engines.Tests.Ordered;

/// <summary>Random edits compared with a sorted dictionary; every published version is kept and compared again at the end.</summary>
public sealed class OrderedMapModelTests
{
    [Theory]
    [InlineData(1, 40, 60_000)]
    [InlineData(2, 700, 60_000)]
    [InlineData(3, 20_000, 120_000)]
    [InlineData(4, 5, 2_000)]
    public void OrderedMap_RandomEdits_MatchesModelInEveryVersion(int seed, int keySpace, int edits)
    {
        var random = new Random(seed);
        var map = new OrderedMap<int>();
        var model = new SortedDictionary<byte[], (int Value, bool Live)>(BytewiseComparer.Instance);
        var versions = new List<(OrderedMapSnapshot<int> Snapshot, KeyValuePair<byte[], (int Value, bool Live)>[] Entries)>();
        for (var i = 0; i < edits; i++)
        {
            // Phases of growing and shrinking, so that joins and root collapses happen too.
            var removing = i / (edits / 6) % 2 == 1 ? 75 : 20;
            var key = KeyFor(random, keySpace);
            if (random.Next(100) < removing)
            {
                Assert.Equal(model.Remove(key), map.Remove(key));
            }
            else
            {
                var live = random.Next(3) > 0;
                map.Upsert((ReadOnlySpan<byte>)key, live, out var added) = i;
                Assert.Equal(!model.ContainsKey(key), added);
                model[key] = (i, live);
            }

            if (random.Next(edits / 12) == 0)
            {
                versions.Add((map.Publish(), [.. model]));
            }
            else if (random.Next(50) == 0)
            {
                map.Publish();
            }
        }

        versions.Add((map.Publish(), [.. model]));
        foreach (var (snapshot, entries) in versions)
        {
            OrderedMapAssert.Same(entries, snapshot, random, $"seed={seed}");
        }
    }

    private static byte[] KeyFor(Random random, int keySpace)
    {
        var number = random.Next(keySpace);
        return (number % 5) switch
        {
            0 => [],
            1 => System.Text.Encoding.UTF8.GetBytes($"/registry/pods/default/pod-{number:D7}"),
            2 => System.Text.Encoding.UTF8.GetBytes($"/registry/p{number}"),
            3 => [(byte)number, .. new byte[number % 13]],
            _ => [0xFF, (byte)(number >> 8), (byte)number],
        };
    }
}
