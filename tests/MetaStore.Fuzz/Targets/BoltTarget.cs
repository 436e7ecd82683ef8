using System.Text;
using MetaStore.Bolt;

namespace MetaStore.Fuzz.Targets;

/// <summary>A file of etcd's backend. What is accepted has its entries in order, and a walk over a bucket finds the same ones as the check did.</summary>
internal static class BoltTarget
{
    private const int PageBytes = 512;

    public static bool Run(byte[] input)
    {
        var visited = new Dictionary<string, List<byte[]>>(StringComparer.Ordinal);
        BoltFile file;
        try
        {
            file = BoltFile.Open(new MemoryStream(input), input.Length, Visit, CancellationToken.None);
        }
        catch (BoltException)
        {
            return false;
        }

        foreach ((string bucket, List<byte[]> entries) in visited)
        {
            CheckWalk(file.TryOpen(Encoding.Latin1.GetBytes(bucket)), entries);
        }

        return true;

        void Visit(ReadOnlySpan<byte> bucket, ReadOnlySpan<byte> key, ReadOnlySpan<byte> value)
        {
            string name = Encoding.Latin1.GetString(bucket);
            if (key.IsEmpty)
            {
                visited.Add(name, []);
            }
            else
            {
                visited[name].Add(key.ToArray());
            }
        }
    }

    public static IEnumerable<byte[]> Seeds()
    {
        yield return File(4);
        yield return File(60);
    }

    private static void CheckWalk(BoltCursor? walk, List<byte[]> visited)
    {
        int found = 0;
        bool hasBuckets = false;
        byte[] last = [];
        while (walk?.MoveNext() == true)
        {
            hasBuckets |= walk.IsBucket;
            if (walk.Key.SequenceCompareTo(last) <= 0)
            {
                throw new InvalidOperationException("keys are out of order");
            }

            last = walk.Key.ToArray();
            found++;

            // The entries of a bucket in a bucket follow it in what was visited.
            if (!hasBuckets && (found > visited.Count || !walk.Key.SequenceEqual(visited[found - 1])))
            {
                throw new InvalidOperationException("a walk finds another key than the check");
            }
        }

        if (walk is null || (!hasBuckets && found != visited.Count))
        {
            throw new InvalidOperationException($"a walk finds {found} entries, the check {visited.Count}");
        }
    }

    private static byte[] File(int keys)
    {
        BoltLayout layout = BoltWriter.Plan(PageBytes, Content);
        using var file = new MemoryStream();
        BoltWriter.Write(file, layout, Content);
        return file.ToArray();

        void Content(BoltWriter writer)
        {
            writer.Add("alarm", static _ => { });
            writer.Add("key", bucket =>
            {
                for (int i = 0; i < keys; i++)
                {
                    // The last is longer than a page.
                    bucket.Add(Encoding.ASCII.GetBytes($"key-{i:d3}"), new byte[i == keys - 1 ? 700 : i]);
                }
            });
        }
    }
}
