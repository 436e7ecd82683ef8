using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using Google.Protobuf;
using MetaStore.Protocol.Peer;
using MetaStore.Raft.Messages;
using MetaStore.Raft.Runtime.Transport;
using MetaStore.Raft.Runtime.Transport.Discovery;
using MetaStore.Raft.Runtime.Transport.Framing;
using MetaStore.Raft.Runtime.Transport.Handshake;
using MetaStore.Raft.Runtime.Transport.Security;
using MetaStore.Testing;

namespace MetaStore.Raft.Runtime.Tests.Transport;

/// <summary>With a peer secret, nothing of one that does not prove it is heard, and nothing is believed of one that is dialled and does not prove it.</summary>
public sealed class PeerSecretTests
{
    private static readonly byte[] A = [.. Enumerable.Range(0, 32).Select(i => (byte)i)];
    private static readonly byte[] B = [.. Enumerable.Range(0, 40).Select(i => (byte)(i * 7))];

    [Fact]
    public async Task MembersWithTheSecret_TalkOnEveryLane()
    {
        await using TcpPair pair = new(first: Of(A));
        await pair.ConnectedAsync();
        pair.First.Send([Samples.Heartbeat(1, 2, 5), new() { Type = MessageType.AppendEntries, From = 1, To = 2, Term = 1 }]);
        await Eventually.TrueAsync(() => pair.SecondReceiver.Messages.Count == 2, TcpPair.Limit, () => "messages did not arrive");
        await Eventually.TrueAsync(() => !pair.RoundTrips.IsEmpty, TcpPair.Limit, () => "no probe was answered");
        Assert.NotNull(await pair.First.AskAcknowledgedAsync(2));
    }

    [Theory]
    [InlineData("A", "", "it has no peer secret", "it demands proof of the peer secret")]
    [InlineData("A", "B", "it does not have the peer secret of this member", "does not accept the peer secret of this member")]
    [InlineData("A", "B A", "it does not have the peer secret of this member", "does not accept the peer secret of this member")]
    public async Task MemberWithAnother_IsRefused_WithOneLine(string first, string second, string refused, string reported)
    {
        await using TcpPair pair = new(first: Of(first), second: Of(second));
        await Eventually.TrueAsync(
            () => pair.First.Port.Refused.Single(entry => entry.Reason == "proof").Count > 5 && pair.Second.Peers[0].LastError?.Contains(reported, StringComparison.Ordinal) == true,
            TcpPair.Limit, () => string.Join('|', [.. pair.FirstLog.All, .. pair.SecondLog.All]));
        Assert.Single(pair.FirstLog.Warnings, line => line.Contains(refused, StringComparison.Ordinal));
        Assert.False(pair.First.Peers[0].IsActive);
        Assert.False(pair.Second.Peers[0].IsActive);
        Assert.Empty(pair.FirstReceiver.Messages);
    }

    [Fact]
    public async Task MemberWithoutASecret_IsNotBelieved_ByOneThatHasOne()
    {
        await using TcpPair pair = new(first: Of(A), second: PeerSecurity.None);
        await Eventually.TrueAsync(
            () => pair.First.Peers[0].LastError?.Contains("does not ask for the peer secret", StringComparison.Ordinal) == true, TcpPair.Limit, () => string.Join('|', pair.FirstLog.All));
        Assert.False(pair.First.Peers[0].IsActive);
    }

    [Fact]
    public async Task Secret_ChangesOneMemberAtATime()
    {
        PeerSecrets first = new([A]);
        PeerSecrets second = new([A]);
        await using TcpPair pair = new(first: new PeerSecurity(Secrets: () => Volatile.Read(ref first)), second: new PeerSecurity(Secrets: () => Volatile.Read(ref second)));
        await pair.ConnectedAsync();
        foreach (byte[][] step in (byte[][][])[[A, B], [B, A], [B]])
        {
            first = new PeerSecrets(step);
            await ReconnectedAsync(pair);
            second = new PeerSecrets(step);
            await ReconnectedAsync(pair);
        }
    }

    [Fact]
    public async Task Proof_SeenBefore_IsRefused()
    {
        await using TcpPeerTransport us = TcpPair.StartAlone(new LogSink(), new RecordingReceiver(), security: Of(A));
        PeerHello hello = Hello();
        byte[] proof;
        using (PeerLink link = await ConnectAsync(us.ListenAddress))
        {
            byte[] nonce = await DemandAsync(link, hello);
            proof = new PeerSecrets([A]).Prove(PeerProof.OfDialler(hello, nonce, []));
            Assert.Equal(HelloOutcome.HelloAccepted, (await ProveAsync(link, proof)).Outcome);
        }

        using PeerLink again = await ConnectAsync(us.ListenAddress);
        await DemandAsync(again, hello);
        Assert.Equal(HelloOutcome.HelloUnproven, (await ProveAsync(again, proof)).Outcome);
        Assert.Equal(0, await again.ReceiveAsync(new byte[1], CancellationToken.None));
    }

    [Theory]
    [InlineData("cluster")]
    [InlineData("from")]
    [InlineData("to")]
    [InlineData("lane")]
    [InlineData("dial")]
    [InlineData("nonce")]
    [InlineData("listener's nonce")]
    [InlineData("certificate")]
    [InlineData("side")]
    [InlineData("empty")]
    public async Task Proof_OfAnotherConnection_IsRefused(string what)
    {
        await using TcpPeerTransport us = TcpPair.StartAlone(new LogSink(), new RecordingReceiver(), security: Of(A));
        PeerHello hello = Hello();
        using PeerLink link = await ConnectAsync(us.ListenAddress);
        byte[] nonce = await DemandAsync(link, hello);
        PeerHello other = hello.Clone();
        byte[] statement = PeerProof.OfDialler(hello, nonce, []);
        switch (what)
        {
            case "cluster": other.ClusterId++; break;
            case "from": other.From++; break;
            case "to": other.To++; break;
            case "lane": other.Lane = Lane.Append; break;
            case "dial": other.Dial++; break;
            case "nonce": other.Nonce = ByteString.CopyFrom(PeerProof.NewNonce()); break;
            case "listener's nonce": nonce[0] ^= 1; break;
        }

        byte[] proof = what switch
        {
            "certificate" => new PeerSecrets([A]).Prove(PeerProof.OfDialler(hello, nonce, SHA256.HashData([1]))),
            "side" => new PeerSecrets([A]).Prove(PeerProof.OfListener(hello, nonce, [], [])),
            "empty" => [],
            _ => new PeerSecrets([A]).Prove(PeerProof.OfDialler(other, nonce, [])),
        };
        Assert.True(new PeerSecrets([B, A]).Accepts(statement, new PeerSecrets([A]).Prove(statement)));
        Assert.Equal(HelloOutcome.HelloUnproven, (await ProveAsync(link, proof)).Outcome);
    }

    [Fact]
    public async Task OwnProof_SentBack_IsRefused()
    {
        // A process at member 2's address makes member 1 prove over the very nonce that member 1 has asked it to prove over.
        using Socket listener = new(SocketType.Stream, ProtocolType.Tcp);
        listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        listener.Listen();
        await using TcpPeerTransport us = TcpPair.Create(1, new LogSink(), security: Of(A));
        us.AddPeer(2, [new Uri($"http://{listener.LocalEndPoint}")]);
        us.Start(new RecordingReceiver());
        using PeerLink dialled = new(await listener.AcceptAsync());
        PeerHello theirs = await HelloAsync(dialled);

        PeerHello hello = Hello();
        hello.Lane = theirs.Lane;
        hello.Dial = theirs.Dial;
        hello.Nonce = theirs.Nonce;
        using PeerLink link = await ConnectAsync(us.ListenAddress);
        byte[] nonce = await DemandAsync(link, hello, keepsNonce: true);
        PeerWelcome demand = new() { Outcome = HelloOutcome.HelloProve, Nonce = ByteString.CopyFrom(nonce) };
        await dialled.SendAllAsync(FrameFormat.Wrap(demand.ToByteArray()), CancellationToken.None);
        byte[] proof = PeerSecretProof.Parser.ParseFrom(await HandshakeFrame.ReadAsync(dialled, CancellationToken.None)).Proof.ToByteArray();

        Assert.Equal(HelloOutcome.HelloUnproven, (await ProveAsync(link, proof)).Outcome);

        // Nor does it prove a welcome.
        await dialled.SendAllAsync(
            (byte[])
            [
                .. FrameFormat.Wrap(new PeerWelcome { Outcome = HelloOutcome.HelloAccepted, Version = FrameFormat.Version }.ToByteArray()),
                .. FrameFormat.Wrap(new PeerSecretProof { Proof = ByteString.CopyFrom(proof) }.ToByteArray()),
            ],
            CancellationToken.None);
        await Eventually.TrueAsync(
            () => us.Peers[0].LastError?.Contains("does not prove that it has the peer secret", StringComparison.Ordinal) == true, TcpPair.Limit, () => us.Peers[0].LastError ?? "");
    }

    [Fact]
    public async Task Removal_ThatIsNotProved_IsNotBelieved()
    {
        using Socket listener = new(SocketType.Stream, ProtocolType.Tcp);
        listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        listener.Listen();
        int answers = 0;
        await using TcpPeerTransport us = new(
            new TcpPeerTransportOptions
            {
                NodeId = 1, ClusterId = TcpPair.Cluster, Listen = new IPEndPoint(IPAddress.Loopback, 0), Security = Of(A), OnAnswered = (_, _) => Interlocked.Increment(ref answers),
                ReconnectDelayMin = TimeSpan.FromMilliseconds(10), ReconnectDelayMax = TimeSpan.FromMilliseconds(20),
            },
            new LogSink());
        us.AddPeer(2, [new Uri($"http://{listener.LocalEndPoint}")]);
        us.Start(new RecordingReceiver());
        PeerWelcome removed = new() { Outcome = HelloOutcome.HelloRemoved, Version = FrameFormat.Version, ClusterId = TcpPair.Cluster, NodeId = 2 };
        for (int i = 0; i < 6; i++)
        {
            using PeerLink dialled = new(await listener.AcceptAsync());
            await HelloAsync(dialled);
            if (i % 2 == 0)
            {
                PeerWelcome demand = new() { Outcome = HelloOutcome.HelloProve, Nonce = ByteString.CopyFrom(PeerProof.NewNonce()) };
                await dialled.SendAllAsync(FrameFormat.Wrap(demand.ToByteArray()), CancellationToken.None);
                await HandshakeFrame.ReadAsync(dialled, CancellationToken.None);
            }

            await dialled.SendAllAsync(FrameFormat.Wrap(removed.ToByteArray()), CancellationToken.None);
        }

        Assert.Equal(0, answers);
        Assert.False(us.Peers[0].IsActive);
    }

    [Fact]
    public async Task Members_AreNamedOnlyToThoseWithTheSecret()
    {
        await using TcpPeerTransport us = TcpPair.StartAlone(new LogSink(), new RecordingReceiver(), security: Of(A));
        Uri url = new($"http://{us.ListenAddress}");
        Assert.Contains("demands proof", (await MemberDiscovery.AskAsync(url, PeerSecurity.None, TcpPair.Limit, CancellationToken.None)).Error, StringComparison.Ordinal);
        Assert.Contains("does not accept", (await MemberDiscovery.AskAsync(url, Of(B), TcpPair.Limit, CancellationToken.None)).Error, StringComparison.Ordinal);
        Assert.Equal(TcpPair.Cluster, (await MemberDiscovery.AskAsync(url, Of(A), TcpPair.Limit, CancellationToken.None)).Answer?.ClusterId);
    }

    [Fact]
    public async Task ManyThatNeverProve_KeepNoMemberOut_AndEndAtTheDeadline()
    {
        await using TcpPair pair = new(first: Of(A));
        List<PeerLink> silent = [];
        for (int i = 0; i < 150; i++)
        {
            PeerLink link = await ConnectAsync(pair.First.ListenAddress);
            await DemandAsync(link, Hello());
            silent.Add(link);
        }

        await ReconnectedAsync(pair);
        foreach (PeerLink link in silent)
        {
            using (link)
            {
                using CancellationTokenSource limit = new(TimeSpan.FromSeconds(20));
                Assert.Equal(0, await ReceivedAsync(link, limit.Token));
            }
        }
    }

    [Fact]
    public async Task ChangedBytes_OfAProof_AreNeverAccepted()
    {
        Random random = new(4);
        RecordingReceiver receiver = new();
        await using TcpPeerTransport us = TcpPair.StartAlone(new LogSink(), receiver, security: Of(A));
        for (int i = 0; i < 300; i++)
        {
            using PeerLink link = await ConnectAsync(us.ListenAddress);
            PeerHello hello = Hello();
            byte[] nonce = await DemandAsync(link, hello);
            byte[] frame = FrameFormat.Wrap(new PeerSecretProof { Proof = ByteString.CopyFrom(new PeerSecrets([A]).Prove(PeerProof.OfDialler(hello, nonce, []))) }.ToByteArray());
            byte[] changed = Change(frame, random);
            await link.SendAllAsync(changed, CancellationToken.None);
            link.Socket.Shutdown(SocketShutdown.Send);
            byte[]? answer = await AnswerAsync(link);
            Assert.True(
                answer is null || PeerWelcome.Parser.ParseFrom(answer).Outcome == HelloOutcome.HelloUnproven || changed.AsSpan().StartsWith(frame),
                $"accepted at {i}: {Convert.ToHexString(changed)}");
        }

        Assert.Empty(receiver.Messages);
    }

    private static PeerSecurity Of(params byte[][] secrets)
    {
        PeerSecrets held = new(secrets);
        return new PeerSecurity(Secrets: () => held);
    }

    private static PeerSecurity Of(string names) =>
        names.Length == 0 ? PeerSecurity.None : Of([.. names.Split(' ').Select(name => name == "A" ? A : B)]);

    private static PeerHello Hello() => new() { Version = FrameFormat.Version, ClusterId = TcpPair.Cluster, From = 2, To = 1, Lane = Lane.Control, Dial = 77 };

    private static async Task ReconnectedAsync(TcpPair pair)
    {
        await pair.RestartSecondAsync();
        await pair.ConnectedAsync();
    }

    private static async Task<PeerLink> ConnectAsync(IPEndPoint address)
    {
        Socket socket = new(SocketType.Stream, ProtocolType.Tcp);
        await socket.ConnectAsync(address);
        return new PeerLink(socket);
    }

    /// <summary>Sends a hello with a nonce, and returns the listener's.</summary>
    private static async Task<byte[]> DemandAsync(PeerLink link, PeerHello hello, bool keepsNonce = false)
    {
        hello.Nonce = keepsNonce ? hello.Nonce : ByteString.CopyFrom(PeerProof.NewNonce());
        await link.SendAllAsync((byte[])[.. FrameFormat.Preface, .. FrameFormat.Wrap(hello.ToByteArray())], CancellationToken.None);
        PeerWelcome demand = PeerWelcome.Parser.ParseFrom(await HandshakeFrame.ReadAsync(link, CancellationToken.None));
        Assert.Equal(HelloOutcome.HelloProve, demand.Outcome);
        Assert.Equal(0ul, demand.NodeId + demand.ClusterId);
        return demand.Nonce.ToByteArray();
    }

    private static async Task<PeerWelcome> ProveAsync(PeerLink link, byte[] proof)
    {
        await link.SendAllAsync(FrameFormat.Wrap(new PeerSecretProof { Proof = ByteString.CopyFrom(proof) }.ToByteArray()), CancellationToken.None);
        return PeerWelcome.Parser.ParseFrom(await HandshakeFrame.ReadAsync(link, CancellationToken.None));
    }

    private static async Task<PeerHello> HelloAsync(PeerLink link)
    {
        byte[] preface = new byte[FrameFormat.Preface.Length];
        for (int read = 0; read < preface.Length;)
        {
            read += await link.ReceiveAsync(preface.AsMemory(read), CancellationToken.None);
        }

        return PeerHello.Parser.ParseFrom(await HandshakeFrame.ReadAsync(link, CancellationToken.None));
    }

    private static async Task<byte[]?> AnswerAsync(PeerLink link)
    {
        try
        {
            return await HandshakeFrame.ReadAsync(link, CancellationToken.None);
        }
        catch (SocketException)
        {
            // Closed with bytes unread: refused.
            return null;
        }
    }

    private static async Task<int> ReceivedAsync(PeerLink link, CancellationToken limit)
    {
        try
        {
            return await link.ReceiveAsync(new byte[1], limit);
        }
        catch (SocketException)
        {
            return 0;
        }
    }

    private static byte[] Change(byte[] frame, Random random)
    {
        byte[] changed = [.. frame];
        switch (random.Next(4))
        {
            case 0:
                changed[random.Next(changed.Length)] ^= (byte)(1 << random.Next(8));
                return changed;
            case 1:
                return changed[..random.Next(changed.Length)];
            case 2:
                byte[] wrong = changed[FrameFormat.HeaderBytes..];
                wrong[random.Next(wrong.Length)] ^= (byte)(1 + random.Next(255));
                return FrameFormat.Wrap(wrong);
            default:
                byte[] noise = new byte[random.Next(200)];
                random.NextBytes(noise);
                return FrameFormat.Wrap(noise);
        }
    }
}
