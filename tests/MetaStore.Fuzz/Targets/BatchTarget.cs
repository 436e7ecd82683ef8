using System.Text;
using MetaStore.Batching.Entries;
using MetaStore.Batching.Settings;

namespace MetaStore.Fuzz.Targets;

/// <summary>The data of a log entry: one proposal, or a batch in each compression.</summary>
internal static class BatchTarget
{
    public static void Run(byte[] input)
    {
        try
        {
            int bytes = 0;
            foreach (ReadOnlyMemory<byte> proposal in BatchCodec.Decode(input))
            {
                bytes += proposal.Length;
            }

            if (bytes > BatchCodec.UnpackedBytesMax)
            {
                throw new InvalidOperationException("a batch unpacks to more than its bound");
            }
        }
        catch (BatchFormatException)
        {
            // Refused.
        }
    }

    public static IEnumerable<byte[]> Seeds()
    {
        ReadOnlyMemory<byte>[] proposals = [.. Enumerable.Range(0, 20).Select(i => (ReadOnlyMemory<byte>)Encoding.ASCII.GetBytes($"\u0001proposal {i % 3}"))];
        return Enum.GetValues<BatchCompression>().Select(compression => BatchCodec.Encode(1, 2, proposals, compression));
    }
}
