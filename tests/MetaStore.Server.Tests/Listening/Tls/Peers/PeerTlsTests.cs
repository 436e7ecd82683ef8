using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography;
using MetaStore.Raft.Messages;
using MetaStore.Raft.Runtime.Transport.Security;
using MetaStore.Testing;
using MetaStore.Testing.Certificates;

namespace MetaStore.Server.Tests.Listening.Tls.Peers;

/// <summary>Members over TLS: what they carry, which certificates they refuse on both ends, and what happens when certificates change.</summary>
public sealed class PeerTlsTests : IDisposable
{
    private static readonly TimeSpan s_limit = TimeSpan.FromSeconds(60);

    private readonly CertificateFolder _files = new();
    private readonly TestAuthority _authority = TestAuthority.Create();
    private readonly TestAuthority _other = TestAuthority.Create("other authority");

    public PeerTlsTests()
    {
        _files.Write("ca.crt", _authority.Pem);
        _files.Write("ca.crl", _authority.RevocationList());
        _files.Write("first", _authority.IssueServer("CN=peer"));
        _files.Write("second", _authority.IssueServer("CN=peer"));
    }

    public void Dispose()
    {
        _files.Dispose();
        _authority.Dispose();
        _other.Dispose();
    }

    [Fact]
    public async Task Members_CarryMessagesProbesAndSnapshots()
    {
        await using var first = new PeerTlsMember(1, PeerTlsMember.Settings(_files, "first"));
        await using var second = new PeerTlsMember(2, PeerTlsMember.Settings(_files, "second"));
        PeerTlsMember.Connect(first, second);
        await ConnectedAsync(first, second);
        byte[] large = RandomNumberGenerator.GetBytes(300_000);
        for (var i = 1ul; i <= 50; i++)
        {
            Entry[] entries = [new Entry(1, i, EntryType.Normal, i % 10 == 0 ? large : large.AsMemory(0, (int)i * 37))];
            first.Transport.Send([Heartbeat(1, 2, i), new Message { Type = MessageType.AppendEntries, From = 1, To = 2, Term = 1, Index = i - 1, Entries = entries }]);
        }

        await Eventually.TrueAsync(() => second.Messages.Count == 100, s_limit, () => $"{second.Messages.Count} of 100 messages arrived");
        Message[] appended = [.. second.Messages.Where(message => message.Type == MessageType.AppendEntries)];
        Assert.Equal(Enumerable.Range(1, 50).Select(i => (ulong)i), appended.Select(message => message.Entries[0].Index));
        Assert.All(appended, message => Assert.True(large.AsSpan().StartsWith(message.Entries[0].Data.Span), $"entry {message.Entries[0].Index} is another"));

        byte[] snapshot = RandomNumberGenerator.GetBytes(3_000_000);
        var install = new Message { Type = MessageType.InstallSnapshot, From = 1, To = 2, Term = 1, Snapshot = new SnapshotMetadata(5, 1, new ConfState([1, 2], [], [], [], false)) };
        first.Transport.SendSnapshot(install, new MemoryStream(snapshot), snapshot.Length);
        await Eventually.TrueAsync(() => !first.SnapshotsSent.IsEmpty, s_limit, () => "the snapshot was not sent");
        Assert.True(Assert.Single(first.SnapshotsSent));
        Assert.Equal(snapshot, Assert.Single(second.Snapshots));
        await Eventually.TrueAsync(() => first.HasProbed, s_limit, () => "no probe was answered");
        Assert.True(first.Tls.Accepted.Count >= 2 && first.Tls.Dialled.Count >= 2);
    }

    [Theory]
    [InlineData("none", "it shows no certificate")]
    [InlineData("other authority", "it does not come from a trusted authority")]
    [InlineData("expired", "has expired or is not valid yet")]
    [InlineData("not yet", "has expired or is not valid yet")]
    [InlineData("for servers", "it is for another purpose")]
    [InlineData("revoked", "of its chain is revoked")]
    [InlineData("common name", "its common name is none of peer-cert-allowed-cn")]
    [InlineData("address", "its certificate is for 10.9.8.7 and not for its address")]
    [InlineData("host", "its certificate is for name.invalid and not for its address")]
    [InlineData("cleartext", "it speaks cleartext, and listen-peer-urls of this member is https")]
    [InlineData("half a record", "the handshake was not complete after")]
    [InlineData("localhost", null)]
    [InlineData("no names", null)]
    public async Task Connection_IsJudged_BeforeAnythingIsRead(string kind, string? refused)
    {
        TestCertificate? shown = kind switch
        {
            "none" or "cleartext" or "half a record" => null,
            "other authority" => _other.Issue("CN=peer", ["127.0.0.1"]),
            "expired" => _authority.Issue("CN=peer", ["127.0.0.1"], from: -10, to: -1),
            "not yet" => _authority.Issue("CN=peer", ["127.0.0.1"], from: 1, to: 10),
            "for servers" => _authority.Issue("CN=peer", ["127.0.0.1"], forClients: false),
            "common name" => _authority.Issue("CN=another", ["127.0.0.1"]),
            "address" => _authority.Issue("CN=peer", ["10.9.8.7"]),
            "host" => _authority.Issue("CN=peer", ["name.invalid"]),
            "localhost" => _authority.Issue("CN=peer", ["localhost"]),
            "no names" => _authority.Issue("CN=peer"),
            _ => _authority.Issue("CN=peer", ["127.0.0.1"]),
        };
        if (kind == "revoked")
        {
            _authority.Revoke(shown!.Certificate);
            _files.Write("ca.crl", _authority.RevocationList());
        }

        await using var member = new PeerTlsMember(
            1, PeerTlsMember.Settings(_files, "first", commonNames: ["peer"], withList: true), handshakeTimeout: TimeSpan.FromSeconds(kind == "half a record" ? 1 : 10));
        member.Transport.AddPeer(2, [new Uri("https://127.0.0.1:1")]);
        member.Transport.Start(member);
        using var socket = new Socket(SocketType.Stream, ProtocolType.Tcp);
        await socket.ConnectAsync(member.Transport.ListenAddress);
        await using var raw = new NetworkStream(socket);
        if (shown is not null || kind == "none")
        {
            await using SslStream? tls = await ClientAsync(raw, shown);
            if (refused is null)
            {
                Assert.NotNull(tls);
                await tls.WriteAsync("MSPEER\0\u0001\0\0\0\0\0\0\0\0"u8.ToArray());
                await Eventually.TrueAsync(() => member.Refused("protocol") == 1, s_limit, () => string.Join('|', member.Log.Lines));
                Assert.Equal(0, member.Refused("tls"));
                return;
            }
        }
        else
        {
            await raw.WriteAsync(kind == "cleartext" ? "MSPEER\0\u0001"u8.ToArray() : [0x16, 3, 1, 2, 0, 1]);
        }

        await Eventually.TrueAsync(
            () => member.Log.Lines.Any(line => line.Contains(refused!, StringComparison.Ordinal)), s_limit, () => string.Join('|', member.Log.Lines));
        Assert.Equal(1, member.Refused(kind == "half a record" ? "handshake" : "tls"));
    }

    [Theory]
    [InlineData("other authority", "it does not come from a trusted authority")]
    [InlineData("expired", "has expired or is not valid yet")]
    [InlineData("another host", "does not name the host of its URL")]
    [InlineData("for clients", "it is for another purpose")]
    [InlineData("revoked", "of its chain is revoked")]
    [InlineData("common name", "its common name is none of peer-cert-allowed-cn")]
    public async Task MemberThatIsDialled_IsJudgedToo(string kind, string why)
    {
        TestCertificate shown = kind switch
        {
            "other authority" => _other.Issue("CN=peer", ["127.0.0.1"]),
            "expired" => _authority.Issue("CN=peer", ["127.0.0.1"], from: -10, to: -1),
            "another host" => _authority.Issue("CN=peer", ["10.9.8.7", "name.invalid"]),
            "for clients" => _authority.Issue("CN=peer", ["127.0.0.1"], forServers: false),
            "common name" => _authority.Issue("CN=another", ["127.0.0.1"]),
            _ => _authority.Issue("CN=peer", ["127.0.0.1"]),
        };
        if (kind == "revoked")
        {
            _authority.Revoke(shown.Certificate);
            _files.Write("ca.crl", _authority.RevocationList());
        }

        _files.Write("second", shown);
        await using var first = new PeerTlsMember(1, PeerTlsMember.Settings(_files, "first", commonNames: ["peer"], withList: true));
        await using var second = new PeerTlsMember(2, PeerTlsMember.Settings(_files, "second", isMutual: false));
        PeerTlsMember.Connect(first, second);
        await Eventually.TrueAsync(() => first.LastError?.Contains(why, StringComparison.Ordinal) == true, s_limit, () => first.LastError ?? "");
        Assert.False(first.Transport.Peers[0].IsActive);
    }

    [Fact]
    public async Task HttpsUrl_OfACleartextPort_AndTheReverse_AreOneClearLine()
    {
        await using var first = new PeerTlsMember(1, PeerTlsMember.Settings(_files, "first"));
        await using var second = new PeerTlsMember(2, PeerTlsMember.Settings(_files, "second") with { CertificateFile = null, KeyFile = null });
        first.Transport.AddPeer(2, [new Uri($"https://{second.Transport.ListenAddress}")]);
        second.Transport.AddPeer(1, [new Uri($"http://{first.Transport.ListenAddress}")]);
        first.Transport.Start(first);
        second.Transport.Start(second);
        await Eventually.TrueAsync(() => first.Refused("tls") > 2 && second.Refused("tls") > 2, s_limit, () => string.Join('|', [.. first.Log.Lines, .. second.Log.Lines]));
        Assert.Single(first.Log.Lines, line => line.Contains("it speaks cleartext", StringComparison.Ordinal));
        Assert.Single(second.Log.Lines, line => line.Contains("it begins with TLS, and listen-peer-urls of this member is http", StringComparison.Ordinal));
    }

    [Fact]
    public async Task CertificatesThatChange_BreakNoConnection_UntilOneIsRevoked()
    {
        await using var first = new PeerTlsMember(1, PeerTlsMember.Settings(_files, "first", withList: true));
        await using var second = new PeerTlsMember(2, PeerTlsMember.Settings(_files, "second", withList: true));
        PeerTlsMember.Connect(first, second);
        await ConnectedAsync(first, second);
        TestCertificate shownBefore = _authority.Issue("CN=peer", ["127.0.0.1"], to: 20);
        _files.Write("second", shownBefore);
        _files.Write("ca.crt", _authority.Pem + _other.Pem);
        _authority.Revoke(_authority.Issue("CN=gone").Certificate);
        _files.Write("ca.crl", _authority.RevocationList());
        ulong sent = 0;
        await Eventually.TrueAsync(
            () =>
            {
                first.Transport.Send([Heartbeat(1, 2, ++sent)]);
                return second.Tls.ValidUntil == shownBefore.Certificate.NotAfter.ToUniversalTime();
            },
            s_limit, () => "the new certificate is not read");
        await Eventually.TrueAsync(() => second.Messages.Count == (int)sent, s_limit, () => $"{second.Messages.Count} of {sent} messages arrived");
        Assert.Equal(0, first.Transport.Peers[0].Traffic.Disconnects + second.Transport.Peers[0].Traffic.Disconnects);

        // New connections are made with the new certificate; that is what is revoked then.
        second.Transport.RemovePeer(1);
        first.Transport.RemovePeer(2);
        second.Transport.AddPeer(1, [first.Url]);
        first.Transport.AddPeer(2, [second.Url]);
        await ConnectedAsync(first, second);
        _authority.Revoke(shownBefore.Certificate);
        _files.Write("ca.crl", _authority.RevocationList());
        await Eventually.TrueAsync(() => !first.Transport.Peers[0].IsActive && first.Tls.Accepted.Count == 0, s_limit, () => "the revoked member is still connected");
        Assert.True(first.Tls.Accepted.Closed + first.Tls.Dialled.Closed > 0);
        await Eventually.TrueAsync(() => first.LastError?.Contains("is revoked", StringComparison.Ordinal) == true, s_limit, () => first.LastError ?? "");

        _files.Write("second", _authority.IssueServer("CN=peer"));
        await ConnectedAsync(first, second);
    }

    [Fact]
    public async Task HalfHandshakes_KeepNoMemberOut()
    {
        await using var first = new PeerTlsMember(1, PeerTlsMember.Settings(_files, "first"));
        List<Socket> silent = [];
        for (int i = 0; i < 150; i++)
        {
            var socket = new Socket(SocketType.Stream, ProtocolType.Tcp);
            await socket.ConnectAsync(first.Transport.ListenAddress);
            await socket.SendAsync((byte[])[0x16, 3, 1, 2, 0, 1]);
            silent.Add(socket);
        }

        await using var second = new PeerTlsMember(2, PeerTlsMember.Settings(_files, "second"));
        PeerTlsMember.Connect(first, second);
        await ConnectedAsync(first, second);
        silent.ForEach(socket => socket.Dispose());
    }

    [Fact]
    public async Task Secret_OverSelfSignedCertificates_IsNotPassedOnByOneInBetween()
    {
        var secrets = new PeerSecrets([RandomNumberGenerator.GetBytes(32)]);
        _files.Write("between", _other.IssueServer("CN=between"));
        await using var first = new PeerTlsMember(1, PeerTlsMember.Settings(_files, "first", isMutual: false), () => secrets);
        await using var second = new PeerTlsMember(2, PeerTlsMember.Settings(_files, "second", isMutual: false), () => secrets);
        using var listener = new Socket(SocketType.Stream, ProtocolType.Tcp);
        listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        listener.Listen();
        using var stop = new CancellationTokenSource();
        Task between = PassOnAsync(listener, first.Transport.ListenAddress, _other.IssueServer("CN=between"), stop.Token);
        PeerTlsMember.Connect(first, second, new Uri($"https://{listener.LocalEndPoint}"));
        await Eventually.TrueAsync(
            () => second.LastError?.Contains("does not accept the peer secret", StringComparison.Ordinal) == true && first.Refused("proof") > 0, s_limit, () => second.LastError ?? "");
        Assert.Empty(first.Messages);

        second.Transport.AddPeer(1, [first.Url]);
        await ConnectedAsync(first, second);
        await stop.CancelAsync();
        await between;
    }

    private static Message Heartbeat(ulong from, ulong to, ulong context) => new() { Type = MessageType.Heartbeat, From = from, To = to, Term = 1, Context = context };

    private static Task ConnectedAsync(PeerTlsMember first, PeerTlsMember second) => Eventually.TrueAsync(
        () => first.Transport.Peers.All(peer => peer.IsActive) && second.Transport.Peers.All(peer => peer.IsActive),
        s_limit,
        () => string.Join('\n', [.. first.Log.Lines, .. second.Log.Lines]));

    /// <summary>Null when the handshake failed already; a client of TLS 1.3 may learn of it later.</summary>
    private static async Task<SslStream?> ClientAsync(Stream raw, TestCertificate? shown)
    {
        var tls = new SslStream(raw);
        try
        {
            await tls.AuthenticateAsClientAsync(new SslClientAuthenticationOptions
            {
                TargetHost = "127.0.0.1",
                ClientCertificateContext = shown is null ? null : SslStreamCertificateContext.Create(shown.Certificate, null, offline: true),
                RemoteCertificateValidationCallback = (_, certificate, _, _) => certificate is not null,
            });
            return tls;
        }
        catch (Exception refused) when (refused is IOException or AuthenticationException)
        {
            await tls.DisposeAsync();
            return null;
        }
    }

    /// <summary>Takes connections with a certificate of its own, and passes what they say on to another port, and back.</summary>
    private static async Task PassOnAsync(Socket listener, IPEndPoint to, TestCertificate certificate, CancellationToken stop)
    {
        List<Task> connections = [];
        while (!stop.IsCancellationRequested)
        {
            try
            {
                Socket accepted = await listener.AcceptAsync(stop);
                connections.Add(PassOneOnAsync(accepted, to, certificate, stop));
            }
            catch (OperationCanceledException)
            {
                break;
            }
        }

        await Task.WhenAll(connections);
    }

    private static async Task PassOneOnAsync(Socket accepted, IPEndPoint to, TestCertificate certificate, CancellationToken stop)
    {
        try
        {
            await using var outer = new SslStream(new NetworkStream(accepted, ownsSocket: true));
            await outer.AuthenticateAsServerAsync(new SslServerAuthenticationOptions { ServerCertificate = certificate.Certificate }, stop);
            using var socket = new Socket(SocketType.Stream, ProtocolType.Tcp);
            await socket.ConnectAsync(to, stop);
            await using var inner = new SslStream(new NetworkStream(socket));
            await inner.AuthenticateAsClientAsync(new SslClientAuthenticationOptions { TargetHost = "x", RemoteCertificateValidationCallback = (_, certificate, _, _) => certificate is not null }, stop);
            await Task.WhenAny(outer.CopyToAsync(inner, stop), inner.CopyToAsync(outer, stop));
        }
        catch (Exception ended) when (ended is IOException or OperationCanceledException or AuthenticationException or SocketException)
        {
            // One of the two has closed: the test looks at what they say.
        }
    }
}
