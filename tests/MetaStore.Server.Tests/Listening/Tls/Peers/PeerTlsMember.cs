using System.Collections.Concurrent;
using System.Net;
using MetaStore.Raft.Messages;
using MetaStore.Raft.Runtime.Transport;
using MetaStore.Raft.Runtime.Transport.Security;
using MetaStore.Server.Listening.Tls;
using MetaStore.Server.Listening.Tls.Certificates;
using MetaStore.Server.Listening.Tls.Peers;
using MetaStore.Server.Tests.Calls.Echoing;
using MetaStore.Testing.Certificates;

namespace MetaStore.Server.Tests.Listening.Tls.Peers;

/// <summary>One member's transport, with certificates in files.</summary>
internal sealed class PeerTlsMember : IPeerReceiver, IAsyncDisposable
{
    public const ulong Cluster = 0xC1;

    private readonly PeerTls? _tls;

    /// <summary>Starts a member; <paramref name="settings"/> without a certificate listens in cleartext, and null has no TLS at all.</summary>
    public PeerTlsMember(ulong id, TlsSettings? settings, Func<PeerSecrets>? secrets = null, TimeSpan? handshakeTimeout = null)
    {
        Id = id;
        _tls = settings is null ? null : PeerTls.Open(settings, Log, TimeProvider.System);
        bool listens = settings?.CertificateFile is not null;
        Transport = new TcpPeerTransport(
            new TcpPeerTransportOptions
            {
                NodeId = id,
                ClusterId = Cluster,
                Listen = new IPEndPoint(IPAddress.Loopback, 0),
                Security = new PeerSecurity(_tls, listens, secrets),
                HandshakeTimeout = handshakeTimeout ?? TimeSpan.FromSeconds(10),
                ConfirmTimeout = TimeSpan.FromSeconds(5),
                ProbeInterval = TimeSpan.FromMilliseconds(50),
                ReconnectDelayMin = TimeSpan.FromMilliseconds(10),
                ReconnectDelayMax = TimeSpan.FromMilliseconds(50),
                OnRoundTrip = (_, _) => HasProbed = true,
            },
            Log);
        Url = new Uri($"{(listens ? "https" : "http")}://{Transport.ListenAddress}");
    }

    public ulong Id { get; }

    public TcpPeerTransport Transport { get; }

    public PeerTls Tls => _tls!;

    public LogSink Log { get; } = new();

    public Uri Url { get; }

    public bool HasProbed { get; private set; }

    public ConcurrentQueue<Message> Messages { get; } = [];

    public ConcurrentQueue<byte[]> Snapshots { get; } = [];

    public ConcurrentQueue<bool> SnapshotsSent { get; } = [];

    public string? LastError => Transport.Peers[0].LastError;

    /// <summary>Connections refused for a reason.</summary>
    public long Refused(string reason) => Transport.Port.Refused.Single(entry => entry.Reason == reason).Count;

    /// <summary>Certificates in the folder, authorities and list included, as a member's settings.</summary>
    public static TlsSettings Settings(CertificateFolder files, string name, bool isMutual = true, string[]? commonNames = null, bool withList = false) => new()
    {
        CertificateFile = files[name + ".crt"],
        KeyFile = files[name + ".key"],
        AuthoritiesFile = isMutual ? files["ca.crt"] : null,
        RevocationFile = withList ? files["ca.crl"] : null,
        Names = new AllowedNames("peer-cert", [], commonNames ?? []),
        ChecksAddresses = true,
        IsSelfSigned = !isMutual,
    };

    /// <summary>Makes two members known to each other, and starts them.</summary>
    public static void Connect(PeerTlsMember first, PeerTlsMember second, Uri? urlOfFirst = null)
    {
        first.Transport.AddPeer(second.Id, [second.Url]);
        second.Transport.AddPeer(first.Id, [urlOfFirst ?? first.Url]);
        first.Transport.Start(first);
        second.Transport.Start(second);
    }

    public void OnMessages(ReadOnlySpan<Message> messages)
    {
        foreach (Message message in messages)
        {
            Messages.Enqueue(message);
        }
    }

    public void OnUnreachable(ulong node)
    {
    }

    public void OnSnapshotSent(ulong node, bool delivered) => SnapshotsSent.Enqueue(delivered);

    public bool OnSnapshot(Message install, Stream body, long length)
    {
        using var copy = new MemoryStream();
        body.CopyTo(copy);
        Snapshots.Enqueue(copy.ToArray());
        return true;
    }

    public async ValueTask DisposeAsync()
    {
        await Transport.DisposeAsync();
        _tls?.Dispose();
    }
}
