using System.Buffers.Binary;
using MetaStore.LoadGen.Load;
using MetaStore.LoadGen.Watching;

namespace MetaStore.LoadGen.Tests.Watching;

public sealed class WatchScannerTests
{
    private static readonly byte[] s_stream =
    [
        .. Framed(new ProtoWriter().Bytes(1, [8, 1]).Varint(3, 1)),
        .. Framed(new ProtoWriter()),
        .. Framed(new ProtoWriter().Bytes(1, [8, 1]).Varint(2, ulong.MaxValue).Bytes(11, new byte[300]).Bytes(11, []).Bytes(11, [(11 << 3) | 2, 0])),
        .. Framed(new ProtoWriter().Varint(3, 1)),
    ];

    [Fact]
    public void OnBytes_AllAtOnce_CountsEventsAndAnswers()
    {
        WatchScanner scanner = new();
        scanner.OnBytes(s_stream);
        Assert.Equal((3, 2), (scanner.Events, scanner.Created));
    }

    [Fact]
    public void OnBytes_CutAnywhere_CountsTheSame()
    {
        for (int first = 0; first <= s_stream.Length; first++)
        {
            WatchScanner scanner = new();
            scanner.OnBytes(s_stream.AsSpan(0, first));
            scanner.OnBytes(s_stream.AsSpan(first));
            Assert.Equal((3, 2), (scanner.Events, scanner.Created));
        }
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(7)]
    public void OnBytes_SmallPieces_CountsTheSame(int length)
    {
        WatchScanner scanner = new();
        foreach (byte[] piece in s_stream.Chunk(length))
        {
            scanner.OnBytes(piece);
        }

        Assert.Equal((3, 2), (scanner.Events, scanner.Created));
    }

    private static byte[] Framed(ProtoWriter message)
    {
        byte[] prefix = new byte[5];
        BinaryPrimitives.WriteInt32BigEndian(prefix.AsSpan(1), message.Length);
        return [.. prefix, .. message.ToArray()];
    }
}
