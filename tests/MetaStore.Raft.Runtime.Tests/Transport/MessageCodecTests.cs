using Google.Protobuf;
using MetaStore.IO;
using MetaStore.Protocol.Peer;
using MetaStore.Raft.Messages;
using MetaStore.Raft.Runtime.Transport.Framing;

namespace MetaStore.Raft.Runtime.Tests.Transport;

public sealed class MessageCodecTests
{
    [Fact]
    public void Message_WithEveryField_SurvivesTheWay()
    {
        Message sent = Samples.Full();

        Assert.True(MessageDecoder.TryDecode(Body(sent), out Message received));

        Samples.AssertEqual(sent, received);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(FrameWriter.ShareBytesMin - 1)]
    [InlineData(FrameWriter.ShareBytesMin)]
    [InlineData(1 << 20)]
    public void Entries_OfAnySize_SurviveTheWay(int bytes)
    {
        Message sent = Samples.Append(7, bytes, 0, bytes);

        Assert.True(MessageDecoder.TryDecode(Body(sent), out Message received));

        Samples.AssertEqual(sent, received);
    }

    [Fact]
    public void Body_ReadByGeneratedCode_SaysTheSame()
    {
        Message sent = Samples.Full();

        PeerMessage read = PeerMessage.Parser.ParseFrom(Body(sent));

        Assert.Equal((int)sent.Type, (int)read.Type);
        Assert.Equal((sent.To, sent.From, sent.Term, sent.LogTerm), (read.To, read.From, read.Term, read.LogTerm));
        Assert.Equal((sent.Index, sent.Commit, sent.Reject, sent.RejectHint), (read.Index, read.Commit, read.Reject, read.RejectHint));
        Assert.Equal((sent.Context, sent.OneWay), (read.Context, read.OneWay));
        Assert.Equal(sent.Entries.Select(entry => entry.Data.ToArray()), read.Entries.Select(entry => entry.Data.ToByteArray()));
        Assert.Equal(sent.Snapshot!.ConfState.Voters, read.Snapshot.Voters);
    }

    [Fact]
    public void Body_WrittenByGeneratedCode_IsUnderstood()
    {
        Message sent = Samples.Full();

        Assert.True(MessageDecoder.TryDecode(PeerMessage.Parser.ParseFrom(Body(sent)).ToByteArray(), out Message received));

        Samples.AssertEqual(sent, received);
    }

    [Fact]
    public void LargePayload_Written_IsNotCopied()
    {
        byte[] payload = new byte[FrameWriter.ShareBytesMin];
        FrameWriter writer = new();

        writer.Append(new Message
        {
            Type = MessageType.AppendEntries,
            To = 2,
            From = 1,
            Entries = [new Entry(1, 1, EntryType.Normal, payload)],
        });

        Assert.Contains(writer.Segments(), segment => ReferenceEquals(segment.Array, payload));
    }

    [Fact]
    public void Entries_Decoded_ShareOneArray()
    {
        byte[] body = Body(Samples.Append(7, 100, 200));

        Assert.True(MessageDecoder.TryDecode(body, out Message received));

        Assert.All(received.Entries, entry =>
        {
            Assert.True(System.Runtime.InteropServices.MemoryMarshal.TryGetArray(entry.Data, out ArraySegment<byte> slice));
            Assert.Same(body, slice.Array);
        });
    }

    [Fact]
    public void Body_CutAnywhere_NeverThrows()
    {
        byte[] body = Body(Samples.Full());

        for (int length = 0; length < body.Length; length++)
        {
            MessageDecoder.TryDecode(body.AsMemory(0, length), out _);
        }

        Assert.False(MessageDecoder.TryDecode(default, out _));
    }

    [Fact]
    public void Body_DamagedAtRandom_NeverThrows()
    {
        const int Seed = 20240611;
        Random random = new(Seed);
        byte[] body = Body(Samples.Full());

        for (int run = 0; run < 50_000; run++)
        {
            byte[] damaged = [.. body];
            for (int i = random.Next(4); i >= 0; i--)
            {
                damaged[random.Next(damaged.Length)] = (byte)random.Next(256);
            }

            MessageDecoder.TryDecode(damaged, out _);
        }
    }

    [Fact]
    public void UnknownField_Met_IsStepped_Over()
    {
        byte[] body = [.. Body(new Message { Type = MessageType.Heartbeat, To = 2, From = 1, Term = 3 }), (15 << 3) | 2, 2, 0xAA, 0xBB];

        Assert.True(MessageDecoder.TryDecode(body, out Message received));

        Assert.Equal(3ul, received.Term);
    }

    [Fact]
    public void Writer_UsedAgain_WritesTheSameBytes()
    {
        FrameWriter writer = new();
        writer.Append(Samples.Append(1, 10_000, 3));
        writer.Append(Samples.Full());
        byte[] first = Bytes(writer);
        writer.Clear();

        writer.Append(Samples.Append(1, 10_000, 3));
        writer.Append(Samples.Full());

        Assert.Equal(first, Bytes(writer));
        Assert.Equal(first.Length, writer.Bytes);
    }

    private static byte[] Bytes(FrameWriter writer) => [.. writer.Segments().SelectMany(segment => segment)];

    private static byte[] Body(Message message)
    {
        FrameWriter writer = new();
        writer.Append(message);
        byte[] frame = Bytes(writer);
        (uint length, uint checksum) = FrameFormat.ReadHeader(frame);
        byte[] body = frame[FrameFormat.HeaderBytes..];
        Assert.Equal((int)length, body.Length);
        Assert.Equal(checksum, Crc32C.Compute(body));
        return body;
    }
}
