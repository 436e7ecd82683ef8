using System.Text;

namespace MetaStore.Bolt.Tests;

/// <summary>bbolt files made for tests, and what they must contain.</summary>
internal static class SampleFile
{
    /// <summary>Writes buckets whose entries are sorted.</summary>
    internal static byte[] Write(int pageBytes, params (string Name, SortedDictionary<string, byte[]> Entries)[] buckets)
    {
        var layout = BoltWriter.Plan(pageBytes, Content);
        var target = new MemoryStream();
        BoltWriter.Write(target, layout, Content);
        Assert.Equal(layout.Bytes, target.Length);
        return target.ToArray();

        void Content(BoltWriter writer)
        {
            foreach (var (name, entries) in buckets)
            {
                writer.Add(name, bucket =>
                {
                    foreach (var (key, value) in entries)
                    {
                        bucket.Add(Encoding.ASCII.GetBytes(key), value);
                    }
                });
            }
        }
    }

    /// <summary>Entries with values of random lengths, some of them longer than a page.</summary>
    internal static SortedDictionary<string, byte[]> Entries(int seed, int count, int longest)
    {
        var random = new Random(seed);
        var entries = new SortedDictionary<string, byte[]>(StringComparer.Ordinal);
        for (var i = 0; i < count; i++)
        {
            var value = new byte[random.Next(random.Next(16) == 0 ? longest : 40)];
            random.NextBytes(value);
            entries[$"key-{random.Next(1_000_000):d7}"] = value;
        }

        return entries;
    }

    /// <summary>Everything in a file, as "bucket/key=value".</summary>
    internal static List<string> Read(byte[] file)
    {
        var found = new List<string>();
        BoltFile.Open(new MemoryStream(file), file.Length, Take, CancellationToken.None);
        return found;

        void Take(ReadOnlySpan<byte> bucket, ReadOnlySpan<byte> key, ReadOnlySpan<byte> value)
        {
            if (!key.IsEmpty)
            {
                found.Add(Line(bucket, key, value));
            }
        }
    }

    internal static string Line(ReadOnlySpan<byte> bucket, ReadOnlySpan<byte> key, ReadOnlySpan<byte> value) =>
        $"{Encoding.ASCII.GetString(bucket)}/{Encoding.ASCII.GetString(key)}={Convert.ToHexString(value)}";
}
