using System.Net;
using System.Net.Sockets;
using Google.Protobuf;
using MetaStore.Protocol.Peer;
using MetaStore.Raft.Runtime.Transport;
using MetaStore.Raft.Runtime.Transport.Dialing;
using MetaStore.Raft.Runtime.Transport.Framing;
using MetaStore.Testing;

namespace MetaStore.Raft.Runtime.Tests.Transport;

/// <summary>Members of the version before, which number no hello and know no confirm lane, while a cluster is upgraded member by member.</summary>
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

        // A hello that bears a number is asked about; that this version does not understand the question is no denial, and no claim to a place.
        (Socket numbered, PeerWelcome append) = await RawPeer.GreetAsync(us.ListenAddress, from: 2, to: 1, Lane.Append, dial: 3);
        (Socket second, PeerWelcome control) = await RawPeer.GreetAsync(us.ListenAddress, from: 2, to: 1, Lane.Control, dial: 4);
        Assert.Equal((HelloOutcome.HelloAccepted, HelloOutcome.HelloBusy), (append.Outcome, control.Outcome));
        Assert.Contains(Lane.Confirm, asked);
        numbered.Dispose();
        second.Dispose();
        listener.Stop();
        await Assert.ThrowsAnyAsync<Exception>(() => serving);
    }

    /// <summary>Answers as the listener before did: it welcomes two lanes and refuses every lane it does not know.</summary>
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
                Lane lane = PeerHello.Parser.ParseFrom(await PeerDialer.ReadFrameAsync(socket, CancellationToken.None)).Lane;
                asked.Add(lane);
                PeerWelcome welcome = new()
                {
                    Outcome = lane is Lane.Control or Lane.Append ? HelloOutcome.HelloAccepted : HelloOutcome.HelloWrongVersion,
                    Version = FrameFormat.Version,
                    ClusterId = TcpPair.Cluster,
                    NodeId = 2,
                };
                await PeerDialer.SendAllAsync(socket, FrameFormat.Wrap(welcome.ToByteArray()), CancellationToken.None);
            }
        }
        finally
        {
            open.ForEach(socket => socket.Dispose());
        }
    }
}
