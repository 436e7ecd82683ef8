using System.Buffers;
using System.IO.Pipelines;
using MetaStore.Server.Calls.Responses;

namespace MetaStore.Server.Tests.Calls.Framing;

public sealed class MessagePartsTests
{
    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(65_536)]
    [InlineData(1_000_003)]
    public async Task WriteTo_AReaderThatTakesItsTime_GivesEveryByteInOrderAndHoldsLittle(int bytes)
    {
        var sent = new byte[bytes];
        new Random(1).NextBytes(sent);
        var parts = new MessageParts();
        var random = new Random(2);
        for (var at = 0; at < bytes;)
        {
            var count = Math.Min(random.Next(1, 100_000), bytes - at);
            sent.AsSpan(at, count).CopyTo(parts.GetSpan(count));
            parts.Advance(count);
            at += count;
        }

        var pipe = new Pipe(new PipeOptions(pauseWriterThreshold: 1, resumeWriterThreshold: 1, useSynchronizationContext: false));
        var writing = parts.WriteToAsync(pipe.Writer).AsTask();
        var received = new ArrayBufferWriter<byte>();
        while (received.WrittenCount < bytes)
        {
            var read = await pipe.Reader.ReadAsync();
            Assert.InRange(read.Buffer.Length, 1, MessageParts.WholeBytes + 100_000);
            foreach (var memory in read.Buffer)
            {
                received.Write(memory.Span);
            }

            pipe.Reader.AdvanceTo(read.Buffer.End);
        }

        Assert.True(await writing);
        Assert.True(received.WrittenSpan.SequenceEqual(sent));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(511)]
    [InlineData(300_000)]
    public void CopyTo_GivesEveryByteInOrder_AndMoreMayFollow(int bytes)
    {
        var written = new byte[bytes + 1];
        new Random(3).NextBytes(written);
        var parts = new MessageParts();
        parts.Write(written.AsSpan(0, bytes));
        Assert.Equal(bytes, parts.Length);
        var copy = new ArrayBufferWriter<byte>();
        parts.CopyTo(copy);
        Assert.True(copy.WrittenSpan.SequenceEqual(written.AsSpan(0, bytes)));

        parts.Write(written.AsSpan(bytes));
        copy.Clear();
        parts.CopyTo(copy);
        Assert.True(copy.WrittenSpan.SequenceEqual(written));
    }

    [Fact]
    public async Task WriteTo_AReaderThatHasGone_SaysSo()
    {
        var parts = new MessageParts();
        parts.Write(new byte[1_000_000]);
        var pipe = new Pipe(new PipeOptions(pauseWriterThreshold: 1, resumeWriterThreshold: 1, useSynchronizationContext: false));
        var writing = parts.WriteToAsync(pipe.Writer).AsTask();
        await pipe.Reader.CompleteAsync();
        Assert.False(await writing);
    }
}
