using System.Net.Sockets;
using MetaStore.Protocol.Peer;
using MetaStore.Raft.Messages;
using MetaStore.Raft.Runtime.Transport;
using MetaStore.Raft.Runtime.Transport.Framing;
using MetaStore.Raft.Runtime.Transport.Security;
using MetaStore.Testing;

namespace MetaStore.Raft.Runtime.Tests.Transport;

/// <summary>Frames that claim more bytes than they contain, and bytes that expand when decoded.</summary>
[Collection(nameof(AllocationCollection))]
public sealed class HostileFrameTests
{
    [Fact]
    public async Task LargeFrame_TakesMemoryAsItArrives_AndArrivesWhole()
    {
        RecordingReceiver receiver = new();
        await using TcpPeerTransport us = TcpPair.StartAlone(new LogSink(), receiver);
        using Socket socket = await RawPeer.ConnectAsync(us.ListenAddress, from: 2, to: 1, Lane.Append);
        FrameWriter writer = new();
        Message large = new() { Type = MessageType.AppendEntries, From = 2, To = 1, Term = 1, Entries = [new Entry(1, 1, EntryType.Normal, Samples.Filled(16_000_000))] };
        writer.Append(large);
        byte[] frame = [.. writer.Segments().SelectMany(segment => segment)];
        long before = GC.GetTotalAllocatedBytes(precise: true);

        await socket.SendAsync(frame.AsMemory(0, 100_000));
        await Task.Delay(200);

        Assert.InRange(GC.GetTotalAllocatedBytes(precise: true) - before, 0, 2 << 20);
        for (int sent = 100_000; sent < frame.Length;)
        {
            sent += await socket.SendAsync(frame.AsMemory(sent));
        }

        await Eventually.TrueAsync(() => receiver.Messages.Count == 1, TcpPair.Limit, () => "it does not arrive");
        Samples.AssertEqual(large, receiver.Messages.Single());
    }

    [Theory]
    [InlineData(Lane.Control, FrameFormat.ControlBytesMax)]
    [InlineData(Lane.Append, FrameFormat.AppendBytesMax)]
    [InlineData(Lane.Snapshot, FrameFormat.ControlBytesMax)]
    [InlineData(Lane.Probe, FrameFormat.HandshakeBytesMax)]
    public async Task FrameBeyondItsLanesSize_ClosesTheConnection(Lane lane, int most)
    {
        LogSink log = new();
        await using TcpPeerTransport us = TcpPair.StartAlone(log, new RecordingReceiver());
        using Socket socket = await RawPeer.ConnectAsync(us.ListenAddress, from: 2, to: 1, lane);
        byte[] header = new byte[FrameFormat.HeaderBytes];
        FrameFormat.WriteHeader(header, most + 1, 0);

        await socket.SendAsync(header);

        Assert.Equal(0, await socket.ReceiveAsync(new byte[1]));
        await Eventually.TrueAsync(
            () => log.Warnings.Any(line => line.Contains($"{most + 1} bytes, more than the {most} allowed", StringComparison.Ordinal)),
            TcpPair.Limit,
            () => string.Join('|', log.All));
    }

    [Fact]
    public void MillionsOfEmptyEntries_AreRefused_AndTakeNoMemory()
    {
        byte[] body = new byte[16 << 20];
        new byte[] { MessageFields.Type, (byte)MessageType.AppendEntries }.CopyTo(body, 0);
        for (int i = 2; i < body.Length; i += 2)
        {
            body[i] = MessageFields.Entries;
        }

        long before = GC.GetAllocatedBytesForCurrentThread();
        Assert.False(MessageDecoder.TryDecode(body, out _));
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 4 << 20);
    }

    /// <summary>
    /// The buffer of the connection is kept for the entries only of a body that begins with its type. In another one the next frame would change
    /// a proposal after it was checked, and every member would stop at it.
    /// </summary>
    [Fact]
    public void EntriesOfABodyThatDoesNotBeginWithItsType_AreRefused()
    {
        FrameWriter writer = new();
        writer.Append(Samples.Append(1, 10));
        byte[] body = [.. writer.Segments().SelectMany(segment => segment).Skip(FrameFormat.HeaderBytes)];
        Assert.Equal(new byte[] { MessageFields.Type, (byte)MessageType.AppendEntries }, body[..2]);
        Assert.True(MessageDecoder.TryDecode(body, out _));

        byte[] reordered = [.. body[2..], .. body[..2]];

        Assert.False(MessageDecoder.MayKeepBody(reordered));
        Assert.False(MessageDecoder.TryDecode(reordered, out _));
    }

    [Fact]
    public void LittleDataInALargeBody_DoesNotKeepTheBody()
    {
        FrameWriter writer = new();
        writer.Append(Samples.Append(1, 10));
        byte[] message = [.. writer.Segments().SelectMany(segment => segment).Skip(FrameFormat.HeaderBytes)];

        // A field of a later version: 1 MiB that this one skips.
        byte[] body = [.. message, 0xFA, 0x07, 0x80, 0x80, 0x40, .. new byte[1 << 20]];

        Assert.True(MessageDecoder.TryDecode(body, out Message decoded));
        Assert.True(System.Runtime.InteropServices.MemoryMarshal.TryGetArray(decoded.Entries[0].Data, out ArraySegment<byte> data));
        Assert.Equal(10, data.Array!.Length);
    }

    [Fact]
    public async Task SnapshotThatIsTooSlow_IsAborted()
    {
        FakeTimeProvider time = new();
        using Socket listener = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        listener.Bind(new System.Net.IPEndPoint(System.Net.IPAddress.Loopback, 0));
        listener.Listen();
        using Socket sender = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        await sender.ConnectAsync(listener.LocalEndPoint!);
        using Socket receiver = await listener.AcceptAsync();
        using FrameBodyStream body = new(new FrameReader(new PeerLink(receiver), FrameFormat.ControlBytesMax), 1 << 20, TimeSpan.FromSeconds(30), time);
        await sender.SendAsync(new byte[] { 1, 2 });
        Assert.Equal(1, body.Read(new byte[1]));

        time.Advance(TimeSpan.FromSeconds(31));

        IOException slow = Assert.Throws<IOException>(() => body.Read(new byte[1]));
        Assert.Contains("only 2 bytes of the snapshot arrived in 31 s", slow.Message, StringComparison.Ordinal);
    }
}

/// <summary>Measures allocations of the whole process, so no other test may run in parallel.</summary>
[CollectionDefinition(nameof(AllocationCollection), DisableParallelization = true)]
public sealed class AllocationCollection;
