using System.Buffers;

namespace MetaStore.Grpc.Tests.Wire;

/// <summary>A buffer cut into segments of one byte, the worst a network can do.</summary>
internal sealed class Segments : ReadOnlySequenceSegment<byte>
{
    public static ReadOnlySequence<byte> OfSingleBytes(ReadOnlyMemory<byte> bytes)
    {
        var first = new Segments();
        var last = first;
        for (var i = 0; i < bytes.Length; i++)
        {
            var next = new Segments { Memory = bytes.Slice(i, 1), RunningIndex = i };
            last.Next = next;
            last = next;
        }

        return new ReadOnlySequence<byte>(first, 0, last, last.Memory.Length);
    }
}
