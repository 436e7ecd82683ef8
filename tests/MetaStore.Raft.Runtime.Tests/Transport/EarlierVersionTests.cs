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

/// <summary>Members of the previous version, which send no dial number and have no confirm lane, during a rolling upgrade.</summary>
public sealed class EarlierVersionTests
{
    [Fact]
    public async Task EarlierMember_IsDialled_AndDialsIn()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        RecordingReceiver receiver = new();
        await using TcpPeerTransport us = TcpPair.Create(1, new LogSink());
        us.AddPeer(2, [new Uri($"http://{listener.LocalEndpoint}")]);
        us.Start(receiver);
        List<Lane> asked = [];
        Task serving = ServeAsEarlierAsync(listener, asked);
        await Eventually.TrueAsync(() => us.Peers[0].IsActive, TcpPair.Limit, () => us.Peers[0].LastError ?? "");

        using Socket socket = await RawPeer.ConnectAsync(us.ListenAddress, from: 2, to: 1);
        FrameWriter writer = new();
        writer.Append(Samples.Heartbeat(from: 2, to: 1, context: 5));
        await socket.SendAsync(writer.Segments());
        await Eventually.TrueAsync(() => receiver.Messages.Count == 1, TcpPair.Limit, () => "not heard");

        // A numbered hello is confirmed with the member; that a member does not understand the request is neither a denial nor a confirmation.
        (Socket numbered, PeerWelcome append) = await RawPeer.GreetAsync(us.ListenAddress, from: 2, to: 1, Lane.Append, dial: 3);
        (Socket second, PeerWelcome control) = await RawPeer.GreetAsync(us.ListenAddress, from: 2, to: 1, Lane.Control, dial: 4);
        Assert.Equal((HelloOutcome.HelloAccepted, HelloOutcome.HelloBusy), (append.Outcome, control.Outcome));
        Assert.Contains(Lane.Confirm, asked);
        numbered.Dispose();
        second.Dispose();
        listener.Stop();
        await Assert.ThrowsAnyAsync<Exception>(() => serving);
    }

    /// <summary>Responds as the previous listener did: welcomes two lanes and rejects all others.</summary>
    private static async Task ServeAsEarlierAsync(TcpListener listener, List<Lane> asked)
    {
        List<Socket> open = [];
        try
        {
            while (true)
            {
                Socket socket = await listener.AcceptSocketAsync();
                open.Add(socket);
                await socket.ReceiveAsync(new byte[FrameFormat.Preface.Length]);
                Lane lane = PeerHello.Parser.ParseFrom(await HandshakeFrame.ReadAsync(new PeerLink(socket), CancellationToken.None)).Lane;
                asked.Add(lane);
                PeerWelcome welcome = new()
                {
                    Outcome = lane is Lane.Control or Lane.Append ? HelloOutcome.HelloAccepted : HelloOutcome.HelloWrongVersion,
                    Version = FrameFormat.Version,
                    ClusterId = TcpPair.Cluster,
                    NodeId = 2,
                };
                await new PeerLink(socket).SendAllAsync(FrameFormat.Wrap(welcome.ToByteArray()), CancellationToken.None);
            }
        }
        finally
        {
            open.ForEach(socket => socket.Dispose());
        }
    }
}
