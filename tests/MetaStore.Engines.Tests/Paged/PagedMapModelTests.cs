using System.Buffers.Binary;
using MetaStore.Engines.Paged;
using MetaStore.Engines.Tests.Ordered;

namespace MetaStore.Engines.Tests.Paged;

/// <summary>Random edits compared with a sorted dictionary; every published version is kept and compared again at the end.</summary>
public sealed class PagedMapModelTests
{
    private static readonly int Factor = Environment.GetEnvironmentVariable("METASTORE_EXHAUSTIVE") == "1" ? 20 : 1;

    // Shares of 1000 edits: appends, edits inside; the rest deletes. The third sets how keys look.
    [Theory]
    [InlineData(1, 700, 0, "revisions")]
    [InlineData(2, 520, 0, "revisions")]
    [InlineData(3, 600, 20, "revisions")]
    [InlineData(4, 500, 300, "words")]
    [InlineData(5, 600, 30, "far")]
    public void PagedMap_RandomEdits_MatchesModelInEveryVersion(int seed, int appends, int inside, string keys)
    {
        for (var round = 0; round < Factor; round++)
        {
            Run((1000 * round) + seed, appends, inside, keys);
        }
    }

    private static void Run(int seed, int appends, int inside, string keys)
    {
        var random = new Random(seed);
        var map = new PagedMap();
        var model = new SortedDictionary<byte[], byte[]>(BytewiseComparer.Instance);
        var versions = new List<(PagedMapSnapshot Snapshot, KeyValuePair<byte[], byte[]>[] Entries)>();
        var oldest = new Queue<byte[]>();
        long bytes = 0;
        const int Edits = 12_000;
        for (var i = 1; i <= Edits; i++)
        {
            var choice = random.Next(1000);
            if (choice < appends + inside)
            {
                var key = Key(keys, choice < appends ? i : random.Next(1, i + 1), random);
                var value = new byte[random.Next(random.Next(40) == 0 ? 9000 : 120)];
                random.NextBytes(value);
                bytes += map.Put(key, value);
                model[key] = value;
                oldest.Enqueue(key);
            }
            else
            {
                // As compaction does: mostly the oldest ones, some stay.
                var key = random.Next(8) == 0 || oldest.Count == 0 ? Key(keys, random.Next(1, i + 1), random) : oldest.Dequeue();
                bytes += map.Remove(key);
                model.Remove(key);
            }

            if (random.Next(Edits / 10) == 0)
            {
                versions.Add((map.Publish(), [.. model]));
            }
            else if (random.Next(30) == 0)
            {
                map.Publish();
            }
        }

        versions.Add((map.Publish(), [.. model]));
        Assert.Equal(model.Sum(entry => (long)entry.Key.Length + entry.Value.Length), bytes);
        foreach (var (snapshot, entries) in versions)
        {
            PagedMapAssert.Same(entries, snapshot, random, $"seed={seed}");
        }
    }

    private static byte[] Key(string kind, int number, Random random)
    {
        switch (kind)
        {
            case "revisions":
                // Several changes in a revision, and tombstones.
                var key = new byte[number % 11 == 0 ? 18 : 17];
                BinaryPrimitives.WriteInt64BigEndian(key, number / 3);
                key[8] = (byte)'_';
                BinaryPrimitives.WriteInt64BigEndian(key.AsSpan(9), number % 3);
                key[^1] = key.Length == 18 ? (byte)'t' : key[^1];
                return key;
            case "words":
                return System.Text.Encoding.ASCII.GetBytes(number % 5 == 0 ? $"{number % 90}" : $"/registry/{random.Next(900)}");
            default:
                // More than the distance a slot can hold apart; empty and short keys too.
                var far = new byte[number % 13];
                for (var i = 0; i < far.Length; i++)
                {
                    far[i] = (byte)(i < 4 ? number >> (8 * (3 - i)) : number);
                }

                return far;
        }
    }
}
