using System.Buffers.Binary;

namespace MetaStore.Fuzz.Mutation;

/// <summary>Makes inputs from a corpus: one to eight random changes of an input, or the start of one and the end of another. The same seed makes the same inputs.</summary>
internal sealed class Mutator(IReadOnlyList<byte[]> corpus, int seed)
{
    private const int ChangesMost = 8;
    private const int BlockMost = 32;

    /// <summary>Lengths and counts at which a reader's arithmetic ends.</summary>
    private static readonly long[] Edges = [0, 1, -1, 16, 64, 127, 128, 255, 256, short.MaxValue, ushort.MaxValue, int.MaxValue, int.MinValue, uint.MaxValue, long.MaxValue, long.MinValue];

    private readonly Random _random = new(seed);

    /// <summary>The next input.</summary>
    public byte[] Next()
    {
        byte[] chosen = Pick();
        List<byte> input = [.. chosen];
        if (_random.Next(8) == 0)
        {
            byte[] other = Pick();
            int cut = _random.Next(input.Count + 1);
            input.RemoveRange(cut, input.Count - cut);
            input.AddRange(other.AsSpan(_random.Next(other.Length + 1)));
        }

        for (int changes = _random.Next(1, ChangesMost + 1); changes > 0; changes--)
        {
            Change(input);
        }

        return [.. input];
    }

    private byte[] Pick() => corpus[_random.Next(corpus.Count)];

    private void Change(List<byte> input)
    {
        if (input.Count == 0)
        {
            input.Add((byte)_random.Next(256));
            return;
        }

        int at = _random.Next(input.Count);
        int block = Math.Min(_random.Next(1, BlockMost + 1), input.Count - at);
        switch (_random.Next(7))
        {
            case 0:
                input[at] ^= (byte)(1 << _random.Next(8));
                break;
            case 1:
                input[at] = (byte)_random.Next(256);
                break;
            case 2:
                input[at] += (byte)_random.Next(-16, 17);
                break;
            case 3:
                input.RemoveRange(at, block);
                break;
            case 4:
                input.InsertRange(_random.Next(input.Count + 1), input.GetRange(at, block));
                break;
            case 5:
                input.InsertRange(_random.Next(input.Count + 1), Block());
                break;
            default:
                WriteEdge(input, at);
                break;
        }
    }

    private byte[] Block()
    {
        byte[] block = new byte[_random.Next(1, BlockMost + 1)];
        _random.NextBytes(block);
        return block;
    }

    private void WriteEdge(List<byte> input, int at)
    {
        byte[] edge = new byte[sizeof(long)];
        BinaryPrimitives.WriteInt64LittleEndian(edge, Edges[_random.Next(Edges.Length)]);
        int length = Math.Min(1 << _random.Next(4), input.Count - at);
        if (_random.Next(2) == 0)
        {
            edge.AsSpan(0, length).Reverse();
        }

        for (int i = 0; i < length; i++)
        {
            input[at + i] = edge[i];
        }
    }
}
