using System.Net.Sockets;
using MetaStore.Protocol.Peer;
using MetaStore.Raft.Runtime.Transport;
using MetaStore.Raft.Runtime.Transport.Framing;
using MetaStore.Testing;

namespace MetaStore.Raft.Runtime.Tests.Transport;

/// <summary>Connections to the peer port from non-members, or in a member's name, use no memory and do not replace the member's connection.</summary>
[Collection(nameof(AllocationCollection))]
public sealed class HostileHelloTests
{
    [Fact]
    public async Task UnknownIds_AreRefused_AndTheirFramesTakeNoMemory()
    {
        LogSink log = new();
        await using TcpPeerTransport us = TcpPair.StartAlone(log, new RecordingReceiver());
        long before = GC.GetTotalAllocatedBytes(precise: true);
        for (ulong id = 100; id < 160; id++)
        {
            (Socket socket, PeerWelcome welcome) = await RawPeer.GreetAsync(us.ListenAddress, id, to: 1, Lane.Append);
            using (socket)
            {
                Assert.Equal(HelloOutcome.HelloUnknown, welcome.Outcome);
                Assert.Equal(0, await socket.ReceiveAsync(new byte[1]));
            }
        }

        Assert.InRange(GC.GetTotalAllocatedBytes(precise: true) - before, 0, 16 << 20);
        Assert.Contains(log.Warnings, line => line.Contains("no member 64 is known here", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Member_NotKnownYet_IsInAsSoonAsItIs()
    {
        RecordingReceiver receiver = new();
        await using TcpPeerTransport us = TcpPair.StartAlone(new LogSink(), receiver);
        await using TcpPeerTransport joining = TcpPair.Create(9, new LogSink());
        joining.AddPeer(1, TcpPair.Urls(us));
        joining.Start(new RecordingReceiver());
        await Eventually.TrueAsync(() => joining.Peers[0].LastError?.Contains("does not know this member yet", StringComparison.Ordinal) == true, TcpPair.Limit, () => "not refused");

        us.AddPeer(9, TcpPair.Urls(joining));

        await Eventually.TrueAsync(
            () =>
            {
                joining.Send([Samples.Heartbeat(9, 1, 1)]);
                return !receiver.Messages.IsEmpty;
            },
            TcpPair.Limit,
            () => joining.Peers[0].LastError ?? "");
    }

    [Theory]
    [InlineData(0)]
    [InlineData(12345)]
    public async Task HellosInTheNameOfAMemberThatIsThere_AreRefused_AndItsMessagesAllArrive(ulong dial)
    {
        await using TcpPair pair = new();
        await pair.ConnectedAsync();
        int sent = 0;
        for (int i = 0; i < 200; i++)
        {
            (Socket socket, PeerWelcome welcome) = await RawPeer.GreetAsync(pair.First.ListenAddress, from: 2, to: 1, i % 2 == 0 ? Lane.Control : Lane.Append, dial);
            using (socket)
            {
                Assert.Equal(HelloOutcome.HelloNotDialled, welcome.Outcome);
            }

            pair.Second.Send([Samples.Heartbeat(2, 1, (ulong)++sent), new() { Type = Messages.MessageType.AppendEntries, From = 2, To = 1, Term = 1 }]);
        }

        await Eventually.TrueAsync(() => pair.FirstReceiver.Messages.Count == 2 * sent, TcpPair.Limit, () => $"{pair.FirstReceiver.Messages.Count} of {2 * sent} arrived");
        Assert.Empty(pair.SecondReceiver.Unreachable);
    }

    [Fact]
    public async Task MemberThatStarts_ReplacesForeignConnectionsInItsName()
    {
        await using TcpPair pair = new();
        await pair.ConnectedAsync();
        int port = pair.Second.ListenAddress.Port;
        await pair.Second.DisposeAsync();
        List<Socket> impostors = [];
        await Eventually.TrueAsync(
            async () =>
            {
                // Until the listener has detected that the member is gone.
                (Socket socket, PeerWelcome welcome) = await RawPeer.GreetAsync(pair.First.ListenAddress, from: 2, to: 1, impostors.Count == 0 ? Lane.Control : Lane.Append, dial: 7);
                if (welcome.Outcome == HelloOutcome.HelloAccepted)
                {
                    impostors.Add(socket);
                }

                return impostors.Count == 2;
            },
            TcpPair.Limit,
            () => "nothing is accepted for a member that is away");

        pair.StartSecond(port);
        await pair.ConnectedAsync();
        pair.Second.Send([Samples.Heartbeat(2, 1, 42)]);

        await Eventually.TrueAsync(() => pair.FirstReceiver.Messages.Any(message => message.Context == 42), TcpPair.Limit, () => string.Join('|', pair.FirstLog.All));
        foreach (Socket impostor in impostors)
        {
            Assert.Equal(0, await impostor.ReceiveAsync(new byte[1]));
            impostor.Dispose();
        }
    }

    [Fact]
    public async Task SecondConnectionForALane_OfAMemberThatCannotBeAsked_WaitsForTheEndOfTheFirst()
    {
        RecordingReceiver receiver = new();
        await using TcpPeerTransport us = TcpPair.StartAlone(new LogSink(), receiver);
        using Socket first = await RawPeer.ConnectAsync(us.ListenAddress, from: 2, to: 1);
        (Socket early, PeerWelcome welcome) = await RawPeer.GreetAsync(us.ListenAddress, from: 2, to: 1);
        early.Dispose();
        Assert.Equal(HelloOutcome.HelloBusy, welcome.Outcome);
        FrameWriter writer = new();
        writer.Append(Samples.Heartbeat(from: 2, to: 1, context: 5));
        await first.SendAsync(writer.Segments());
        await Eventually.TrueAsync(() => receiver.Messages.Count == 1, TcpPair.Limit, () => "the first was closed");

        first.Dispose();

        await Eventually.TrueAsync(
            async () =>
            {
                (Socket next, PeerWelcome answer) = await RawPeer.GreetAsync(us.ListenAddress, from: 2, to: 1);
                next.Dispose();
                return answer.Outcome == HelloOutcome.HelloAccepted;
            },
            TcpPair.Limit,
            () => "the connection is not released");
    }

    [Theory]
    [InlineData(0)]
    [InlineData(5)]
    public async Task ManyIdleConnections_KeepNoMemberOut(int bytesEach)
    {
        await using TcpPair pair = new();
        List<Socket> silent = [];
        for (int i = 0; i < 200; i++)
        {
            Socket socket = new(SocketType.Stream, ProtocolType.Tcp);
            await socket.ConnectAsync(pair.First.ListenAddress);
            await socket.SendAsync(FrameFormat.Preface[..bytesEach].ToArray());
            silent.Add(socket);
        }

        await pair.RestartSecondAsync();

        await Eventually.TrueAsync(
            () =>
            {
                pair.Second.Send([Samples.Heartbeat(2, 1, 9)]);
                return pair.FirstReceiver.Messages.Any(message => message.Context == 9);
            },
            TimeSpan.FromSeconds(4),
            () => string.Join('|', pair.SecondLog.All));
        silent.ForEach(socket => socket.Dispose());
    }

    [Fact]
    public async Task Handshake_ByteByByte_EndsAtItsDeadline()
    {
        LogSink log = new();
        await using TcpPeerTransport us = TcpPair.StartAlone(log, new RecordingReceiver(), handshakeTimeout: TimeSpan.FromMilliseconds(400));
        using Socket socket = new(SocketType.Stream, ProtocolType.Tcp);
        await socket.ConnectAsync(us.ListenAddress);
        Task<int> closed = socket.ReceiveAsync(new byte[1]);
        byte[] slow = [.. FrameFormat.Preface, .. FrameFormat.Wrap(new byte[200])];
        int sent = 0;
        while (!closed.IsCompleted && sent < slow.Length)
        {
            await socket.SendAsync(slow.AsMemory(sent++, 1));
            await Task.WhenAny(closed, Task.Delay(100));
        }

        Assert.InRange(sent, 1, 30);
        await Eventually.TrueAsync(
            () => log.Warnings.Any(line => line.Contains("the handshake was not complete after 0.4 s", StringComparison.Ordinal)), TcpPair.Limit, () => string.Join('|', log.All));
    }
}
