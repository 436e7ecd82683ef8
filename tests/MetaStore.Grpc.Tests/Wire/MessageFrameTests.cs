using System.Buffers;
using System.IO.Pipelines;
using Google.Protobuf;
using MetaStore.Grpc.Tests.Echoing;
using MetaStore.Grpc.Wire;

namespace MetaStore.Grpc.Tests.Wire;

public sealed class MessageFrameTests
{
    [Theory]
    [InlineData(0)]
    [InlineData(3_990)]
    [InlineData(4_096)]
    [InlineData(1_000_000)]
    public async Task Write_AnySize_IsReadBack(int size)
    {
        var message = new EchoReply { Payload = ByteString.CopyFrom(new byte[size]), Index = 5 };
        var pipe = new Pipe(new PipeOptions(pauseWriterThreshold: 0));
        var written = message.CalculateSize();
        MessageFrame.Write(pipe.Writer, message, written);
        await pipe.Writer.CompleteAsync();
        var buffer = (await pipe.Reader.ReadAtLeastAsync(int.MaxValue)).Buffer;
        Assert.Equal(FrameResult.Message, MessageFrame.TryRead(ref buffer, written, out var payload, out var compressed, out _));
        Assert.True(buffer.IsEmpty);
        Assert.False(compressed);
        Assert.Equal(message, EchoReply.Parser.ParseFrom(payload));
    }

    [Fact]
    public void TryRead_EveryPrefixInSingleByteSegments_IsIncomplete()
    {
        byte[] whole = [0, 0, 0, 0, 3, 1, 2, 3];
        for (var length = 0; length < whole.Length; length++)
        {
            var buffer = Segments.OfSingleBytes(whole.AsMemory(0, length));
            Assert.Equal(FrameResult.Incomplete, MessageFrame.TryRead(ref buffer, 100, out _, out _, out _));
        }

        var all = Segments.OfSingleBytes(whole);
        Assert.Equal(FrameResult.Message, MessageFrame.TryRead(ref all, 100, out var payload, out _, out _));
        Assert.Equal(whole[5..], payload.ToArray());
    }

    [Fact]
    public void TryRead_LengthAboveLimit_IsRefusedFromTheHeaderAlone()
    {
        var buffer = new ReadOnlySequence<byte>([0, 0xff, 0xff, 0xff, 0xff]);
        Assert.Equal(FrameResult.Malformed, MessageFrame.TryRead(ref buffer, 2_097_152, out _, out _, out var error));
        Assert.Equal(new Status(StatusCode.ResourceExhausted, "grpc: received message larger than max (4294967295 vs. 2097152)"), error);
    }

    [Theory]
    [InlineData(2)]
    [InlineData(255)]
    public void TryRead_UnknownFlag_IsMalformed(byte flag)
    {
        var buffer = new ReadOnlySequence<byte>([flag, 0, 0, 0, 0]);
        Assert.Equal(FrameResult.Malformed, MessageFrame.TryRead(ref buffer, 10, out _, out _, out var error));
        Assert.Equal(new Status(StatusCode.Internal, $"grpc: received unexpected payload format {flag}"), error);
    }
}
