using System.Net;
using System.Net.Sockets;
using MetaStore.Raft.Runtime.Transport.Framing;
using MetaStore.Raft.Runtime.Transport.Security;

namespace MetaStore.Raft.Runtime.Tests.Transport;

/// <summary>Large frames arrive whole, and how much memory a claim takes follows from what has arrived.</summary>
public sealed class FrameReaderTests : IAsyncLifetime
{
    private const int Claim = 256 << 10;
    private const int FrameBytesMax = 16 << 20;

    private readonly Socket _sender = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
    private PeerLink _link = null!;
    private FrameReader _reader = null!;

    public async Task InitializeAsync()
    {
        using Socket listener = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        listener.Listen();
        await _sender.ConnectAsync(listener.LocalEndPoint!);
        _link = new PeerLink(await listener.AcceptAsync());
        _reader = new FrameReader(_link, FrameBytesMax);
    }

    public Task DisposeAsync()
    {
        _sender.Dispose();
        _link.Dispose();
        return Task.CompletedTask;
    }

    [Fact]
    public async Task LargeFrames_ArriveWhole_AndTheNextArrayIsAsLarge_UpToARunOfEntries()
    {
        Assert.Equal(Claim, _reader.InitialBytes);
        foreach ((int bytes, int initial) in new[] { (300_000, 300_000), (100_000, 300_000), (1_000_000, 1_000_000), (5_000_000, 1_114_112), (900_000, 1_114_112) })
        {
            byte[] body = new byte[bytes];
            new Random(bytes).NextBytes(body);
            Task<int> sending = _sender.SendAsync(FrameFormat.Wrap(body), SocketFlags.None);
            Assert.Equal(FrameOutcome.Frame, _reader.Next(out ReadOnlyMemory<byte> received));
            await sending;
            Assert.True(received.Span.SequenceEqual(body));
            Assert.Equal(initial, _reader.InitialBytes);
        }
    }

    [Fact]
    public async Task ClaimThatIsNotKept_RaisesNothing()
    {
        byte[] frame = FrameFormat.Wrap(new byte[2_000_000]);
        Task<int> sending = _sender.SendAsync(frame.AsMemory(0, 700_000), SocketFlags.None).AsTask();
        _ = sending.ContinueWith(_ => _sender.Shutdown(SocketShutdown.Send), TaskScheduler.Default);
        Assert.Equal(FrameOutcome.Truncated, _reader.Next(out _));
        await sending;
        Assert.Equal(Claim, _reader.InitialBytes);
    }
}
