using Google.Protobuf;
using MetaStore.Protocol.Peer;
using MetaStore.Raft.Runtime.Transport;
using MetaStore.Raft.Runtime.Transport.Discovery;
using MetaStore.Raft.Runtime.Transport.Framing;
using MetaStore.Raft.Runtime.Transport.Security;
using MetaStore.Testing;

namespace MetaStore.Raft.Runtime.Tests.Transport;

/// <summary>A member whose list is old reaches one that has moved at the URL that it states when it dials in; only when that one proves who it is.</summary>
public sealed class StatedUrlsTests
{
    private static readonly Uri Nowhere = new("http://127.0.0.1:1");
    private static readonly PeerSecurity Secret = new(Secrets: static () => new PeerSecrets([new byte[32]]));

    [Fact]
    public async Task MemberThatHasMoved_IsReachedAtTheUrlThatItStates()
    {
        var log = new LogSink();
        await using TcpPeerTransport stale = Stale(log, Secret);
        int port;
        await using (TcpPeerTransport moved = Moved(stale, Secret))
        {
            await Eventually.TrueAsync(() => stale.Peers[0].IsActive && moved.Peers[0].IsActive, TcpPair.Limit, () => string.Join('|', log.All));
            Assert.Contains(log.All, line => line.Contains($"Member 2 states the peer URLs http://{moved.ListenAddress}", StringComparison.Ordinal));

            // The list stays the authority: when it names an address, what was stated is forgotten.
            stale.AddPeer(2, [new Uri("http://127.0.0.1:2")]);
            port = moved.ListenAddress.Port;
        }

        await Eventually.TrueAsync(() => !stale.Peers[0].IsActive && stale.Peers[0].LastError?.Contains("127.0.0.1:2: ", StringComparison.Ordinal) == true, TcpPair.Limit, () => stale.Peers[0].LastError ?? "");
        stale.AddPeer(2, [new Uri($"http://127.0.0.1:{port}")]);
        await using TcpPeerTransport again = TcpPair.Create(2, new LogSink(), port: port, security: Secret);
        again.AddPeer(1, TcpPair.Urls(stale));
        again.Start(new RecordingReceiver());
        await Eventually.TrueAsync(() => stale.Peers[0].IsActive, TcpPair.Limit, () => stale.Peers[0].LastError ?? "");
    }

    [Fact]
    public async Task MemberThatProvesNothing_IsNotBelieved()
    {
        var log = new LogSink();
        await using TcpPeerTransport stale = Stale(log, PeerSecurity.None);
        await using TcpPeerTransport moved = Moved(stale, PeerSecurity.None);
        await Eventually.TrueAsync(() => moved.Peers[0].IsActive && stale.Peers[0].LastError is not null, TcpPair.Limit, () => string.Join('|', log.All));
        Assert.False(stale.Peers[0].IsActive);
        Assert.DoesNotContain(log.All, line => line.Contains("states the peer URLs", StringComparison.Ordinal));
    }

    [Fact]
    public void Read_TakesWhatTheProofCovers()
    {
        PeerHello hello = Hello("https://n2.example:2380", "http://10.0.0.2:2380");
        StatedUrls.SetNonce(hello);
        Assert.Equal(["https://n2.example:2380/", "http://10.0.0.2:2380/"], StatedUrls.Read(hello, hasSecret: true, isProvenByTls: false).Select(url => url.ToString()));

        // The certificate of a member is enough, for URLs at which another certificate is demanded.
        PeerHello overTls = Hello("https://n2.example:2380");
        Assert.Single(StatedUrls.Read(overTls, hasSecret: false, isProvenByTls: true));
        Assert.Empty(StatedUrls.Read(overTls, hasSecret: false, isProvenByTls: false));
        Assert.Empty(StatedUrls.Read(hello, hasSecret: false, isProvenByTls: true));
    }

    [Theory]
    [InlineData("url")]
    [InlineData("order")]
    [InlineData("more")]
    [InlineData("cut")]
    [InlineData("salt")]
    [InlineData("no salt")]
    [InlineData("nonce")]
    [InlineData("random nonce")]
    public void Read_UrlsThatWereChangedOnThePath_AreNotTaken(string what)
    {
        PeerHello hello = Hello("http://n2:2380", "http://n2:2381");
        StatedUrls.SetNonce(hello);
        switch (what)
        {
            case "url": hello.PeerUrls[0] = "http://n3:2380"; break;
            case "order": hello.PeerUrls.Add(hello.PeerUrls[0]); hello.PeerUrls.RemoveAt(0); break;
            case "more": hello.PeerUrls.Add("http://n3:2380"); break;
            case "cut": hello.PeerUrls.RemoveAt(1); break;
            case "salt": hello.UrlsSalt = ByteString.CopyFrom(new byte[32]); break;
            case "no salt": hello.UrlsSalt = ByteString.Empty; break;
            case "nonce": hello.Nonce = ByteString.CopyFrom(new byte[32]); break;
            default: hello.Nonce = ByteString.CopyFrom(PeerProof.NewNonce()); break;
        }

        Assert.Empty(StatedUrls.Read(hello, hasSecret: true, isProvenByTls: true));
    }

    [Theory]
    [InlineData("")]
    [InlineData("n2:2380")]
    [InlineData("/n2")]
    [InlineData("ftp://n2:2380")]
    [InlineData("unix://n2:2380")]
    [InlineData("http://n2:2380/path")]
    [InlineData("http://n2:2380/?q")]
    [InlineData("http://user@n2:2380")]
    [InlineData("http://n2:0")]
    public void Read_WhatIsNoPeerUrl_IsNotTaken(string url)
    {
        PeerHello hello = Hello("http://n2:2380", url);
        StatedUrls.SetNonce(hello);
        Assert.Empty(StatedUrls.Read(hello, hasSecret: true, isProvenByTls: false));
    }

    [Fact]
    public void State_LeavesOutWhatAHelloCannotHold()
    {
        PeerHello hello = new() { Nonce = ByteString.CopyFrom(new byte[32]), UrlsSalt = ByteString.CopyFrom(new byte[32]), From = ulong.MaxValue, To = ulong.MaxValue, ClusterId = ulong.MaxValue, Dial = ulong.MaxValue, Version = 1, Lane = Lane.Append };
        StatedUrls.State(hello, [.. Enumerable.Repeat("http://a:1", StatedUrls.Max + 1)]);
        StatedUrls.State(hello, ["http://" + new string('a', StatedUrls.CharactersMax)]);
        Assert.Empty(hello.PeerUrls);
        StatedUrls.State(hello, [.. Enumerable.Repeat("http://" + new string('a', (StatedUrls.CharactersMax / StatedUrls.Max) - 7), StatedUrls.Max)]);
        Assert.Equal(StatedUrls.Max, hello.PeerUrls.Count);
        Assert.InRange(hello.CalculateSize(), 1, FrameFormat.HandshakeBytesMax);
    }

    private static PeerHello Hello(params string[] urls)
    {
        PeerHello hello = new() { Version = FrameFormat.Version, From = 2, To = 1, Lane = Lane.Control, Dial = 5 };
        StatedUrls.State(hello, urls);
        return hello;
    }

    private static TcpPeerTransport Stale(LogSink log, PeerSecurity security)
    {
        TcpPeerTransport stale = TcpPair.Create(1, log, security: security);
        stale.AddPeer(2, [Nowhere]);
        stale.Start(new RecordingReceiver());
        return stale;
    }

    private static TcpPeerTransport Moved(TcpPeerTransport stale, PeerSecurity security)
    {
        TcpPeerTransport? moved = null;
        moved = TcpPair.Create(2, new LogSink(), security: security, members: () => [new ClusterMember(2, "n2", [$"http://{moved!.ListenAddress}"], false)]);
        moved.AddPeer(1, TcpPair.Urls(stale));
        moved.Start(new RecordingReceiver());
        return moved;
    }
}
