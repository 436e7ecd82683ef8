using System.Net;
using System.Net.Sockets;
using Google.Protobuf;
using MetaStore.Protocol.Peer;
using MetaStore.Raft.Runtime.Transport;
using MetaStore.Raft.Runtime.Transport.Framing;
using MetaStore.Raft.Runtime.Transport.Handshake;
using MetaStore.Raft.Runtime.Transport.Security;
using MetaStore.Testing;

namespace MetaStore.Raft.Runtime.Tests.Transport;

public sealed class PeerProbeTests
{
    [Fact]
    public async Task Peer_Connected_IsProbedRepeatedly_AlsoAfterItsRestart()
    {
        await using TcpPair pair = new();
        await pair.ConnectedAsync();
        await MeasuredAsync(pair, 3);
        Assert.All(pair.RoundTrips, trip => Assert.True(trip.Peer == 2 && trip.Time > TimeSpan.Zero && trip.Time < TcpPair.Limit, $"{trip}"));

        await pair.RestartSecondAsync();
        await pair.ConnectedAsync();
        await MeasuredAsync(pair, pair.RoundTrips.Count + 3);
    }

    /// <summary>A member of an earlier version does not announce probes, and would reject the lane.</summary>
    [Fact]
    public async Task Peer_ThatDoesNotOfferProbes_IsNeverAsked()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        await using TcpPeerTransport transport = TcpPair.Create(1, new LogSink(), onRoundTrip: (_, _) => Assert.Fail("measured"));
        transport.AddPeer(2, [new Uri($"http://{listener.LocalEndpoint}")]);
        transport.Start(new RecordingReceiver());
        List<Lane> asked = [];
        for (int i = 0; i < 30; i++)
        {
            // Welcomed and closed at once: it connects again, and meanwhile many probes become due.
            using Socket socket = await listener.AcceptSocketAsync().WaitAsync(TcpPair.Limit);
            await socket.ReceiveAsync(new byte[FrameFormat.Preface.Length]);
            asked.Add(PeerHello.Parser.ParseFrom(await HandshakeFrame.ReadAsync(new PeerLink(socket), CancellationToken.None)).Lane);
            PeerWelcome welcome = new() { Outcome = HelloOutcome.HelloAccepted, Version = FrameFormat.Version, ClusterId = TcpPair.Cluster, NodeId = 2 };
            await new PeerLink(socket).SendAllAsync(FrameFormat.Wrap(welcome.ToByteArray()), CancellationToken.None);
        }

        Assert.DoesNotContain(Lane.Probe, asked);
    }

    [Fact]
    public async Task ProbeLane_SendsBackWhatItGets()
    {
        await using TcpPeerTransport us = TcpPair.StartAlone(new LogSink(), new RecordingReceiver());
        byte[] body = [1, 2, 3];
        using Socket probe = await RawPeer.ConnectAsync(us.ListenAddress, from: 2, to: 1, Lane.Probe);
        await new PeerLink(probe).SendAllAsync(FrameFormat.Wrap(body), CancellationToken.None);
        Assert.Equal(body, await HandshakeFrame.ReadAsync(new PeerLink(probe), CancellationToken.None));
    }

    private static Task MeasuredAsync(TcpPair pair, int times) =>
        Eventually.TrueAsync(() => pair.RoundTrips.Count >= times, TcpPair.Limit, () => $"{pair.RoundTrips.Count} probes came back");
}
