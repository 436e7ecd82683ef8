using System.Net;
using System.Net.Sockets;
using Google.Protobuf;
using MetaStore.Protocol.Peer;
using MetaStore.Raft.Runtime.Transport.Framing;
using MetaStore.Raft.Runtime.Transport.Handshake;
using MetaStore.Raft.Runtime.Transport.Security;

namespace MetaStore.Raft.Runtime.Tests.Transport;

/// <summary>A member that completes the handshake; the test controls the rest.</summary>
internal static class RawPeer
{
    public static async Task<Socket> ConnectAsync(IPEndPoint address, ulong from, ulong to, Lane lane = Lane.Control)
    {
        (Socket socket, PeerWelcome welcome) = await GreetAsync(address, from, to, lane);
        Assert.Equal(HelloOutcome.HelloAccepted, welcome.Outcome);
        return socket;
    }

    /// <summary>Sends a hello and reads the response.</summary>
    public static async Task<(Socket Socket, PeerWelcome Welcome)> GreetAsync(IPEndPoint address, ulong from, ulong to, Lane lane = Lane.Control, ulong dial = 0)
    {
        Socket socket = new(SocketType.Stream, ProtocolType.Tcp);
        await socket.ConnectAsync(address);
        PeerHello hello = new()
        {
            Version = FrameFormat.Version,
            ClusterId = TcpPair.Cluster,
            From = from,
            To = to,
            Lane = lane,
            Dial = dial,
        };
        await socket.SendAsync((byte[])[.. FrameFormat.Preface, .. FrameFormat.Wrap(hello.ToByteArray())]);
        byte[]? answer = await HandshakeFrame.ReadAsync(new PeerLink(socket), CancellationToken.None);
        return (socket, PeerWelcome.Parser.ParseFrom(answer));
    }
}
