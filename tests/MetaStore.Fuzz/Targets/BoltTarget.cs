using System.Text;
using MetaStore.Bolt;

namespace MetaStore.Fuzz.Targets;

/// <summary>A file of etcd's backend.</summary>
internal static class BoltTarget
{
    private const int PageBytes = 512;

    public static void Run(byte[] input)
    {
        try
        {
            _ = BoltFile.Open(new MemoryStream(input), input.Length, visitor: null, CancellationToken.None);
        }
        catch (BoltException)
        {
            // Refused.
        }
    }

    public static IEnumerable<byte[]> Seeds()
    {
        yield return File(4);
        yield return File(60);
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
