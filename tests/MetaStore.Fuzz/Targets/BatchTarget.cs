using System.Text;
using MetaStore.Batching.Entries;
using MetaStore.Batching.Settings;

namespace MetaStore.Fuzz.Targets;

/// <summary>The data of a log entry: one proposal, or a batch in each compression. What is read can be written in each of them, and is then read as the same.</summary>
internal static class BatchTarget
{
    /// <summary>Larger ones are not written again, which takes ten times as long as reading them.</summary>
    private const int WrittenBytesMax = 64 << 10;

    public static bool Run(byte[] input)
    {
        BatchReader read;
        try
        {
            read = BatchCodec.Decode(input);
        }
        catch (BatchFormatException)
        {
            return false;
        }

        List<ReadOnlyMemory<byte>> proposals = Proposals(read);
        int bytes = proposals.Sum(static proposal => proposal.Length);
        if (bytes > BatchCodec.UnpackedBytesMax || proposals.Count != read.Count)
        {
            throw new InvalidOperationException($"a batch of {read.Count} has {proposals.Count} proposals of {bytes} bytes");
        }

        if (bytes <= WrittenBytesMax)
        {
            Array.ForEach(Enum.GetValues<BatchCompression>(), compression => CheckWriting(read, proposals, compression));
        }

        return true;
    }

    public static IEnumerable<byte[]> Seeds()
    {
        ReadOnlyMemory<byte>[] proposals = [.. Enumerable.Range(0, 20).Select(i => (ReadOnlyMemory<byte>)Encoding.ASCII.GetBytes($"\u0001proposal {i % 3}"))];
        return Enum.GetValues<BatchCompression>().Select(compression => BatchCodec.Encode(1, 2, proposals, compression)).Append(BatchCodec.Encode(1, 2, proposals[..1]));
    }

    private static void CheckWriting(in BatchReader read, List<ReadOnlyMemory<byte>> proposals, BatchCompression compression)
    {
        BatchReader again = BatchCodec.Decode(BatchCodec.Encode(read.MemberId, read.FirstId, proposals, compression));
        bool isSame = (again.MemberId, again.FirstId, again.Count) == (read.MemberId, read.FirstId, read.Count)
            && Proposals(again).Zip(proposals).All(static pair => pair.First.Span.SequenceEqual(pair.Second.Span));
        if (!isSame)
        {
            throw new InvalidOperationException($"a batch written with the compression {compression} is read as another one");
        }
    }

    private static List<ReadOnlyMemory<byte>> Proposals(in BatchReader reader)
    {
        var proposals = new List<ReadOnlyMemory<byte>>();
        foreach (ReadOnlyMemory<byte> proposal in reader)
        {
            proposals.Add(proposal);
        }

        return proposals;
    }
}
