using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using Grpc.Net.Client;
using MetaStore.Server.Tests.Hosting;
using MetaStore.Testing.Certificates;
using MetaStore.Testing.Processes;

namespace MetaStore.Server.Tests.Listening.Tls;

/// <summary>A whole node in this process with https addresses for clients and metrics, and certificates in files.</summary>
internal sealed class TlsNode : IAsyncDisposable
{
    private readonly SingleNode _node;

    private TlsNode(CertificateFolder files, TestAuthority authority, int[] ports, string[] flags)
    {
        Files = files;
        Authority = authority;
        Url = new Uri($"https://127.0.0.1:{ports[0]}");
        MetricsUrl = new Uri($"https://127.0.0.1:{ports[1]}");
        (string certificate, string key) = files.Write("server", authority.IssueServer());
        _node = new SingleNode(
        [
            $"--listen-client-urls={Url.OriginalString}", $"--advertise-client-urls={Url.OriginalString}", $"--listen-metrics-urls={MetricsUrl.OriginalString}",
            $"--cert-file={certificate}", $"--key-file={key}", .. flags,
        ]);
    }

    public CertificateFolder Files { get; }

    public TestAuthority Authority { get; }

    public Uri Url { get; }

    public Uri MetricsUrl { get; }

    public SingleNode Node => _node;

    /// <summary>Starts a node.</summary>
    /// <param name="flags">More flags, from the folder of files.</param>
    public static async Task<TlsNode> StartAsync(Func<CertificateFolder, TestAuthority, string[]> flags)
    {
        var files = new CertificateFolder();
        TestAuthority authority = TestAuthority.Create();
        files.Write("ca.crt", authority.Pem);
        var node = new TlsNode(files, authority, FreePorts.Take(2), flags(files, authority));
        await node._node.StartAsync();
        return node;
    }

    /// <summary>A handler that trusts the node, and shows a certificate.</summary>
    public SocketsHttpHandler Handler(TestCertificate? shown = null, X509Certificate2Collection? chain = null, SslProtocols protocols = SslProtocols.None) => new()
    {
        UseProxy = false,
        SslOptions = Options(Authority, shown, chain, protocols),
    };

    /// <summary>HTTP/1.1 to the client address.</summary>
    public HttpClient Http(TestCertificate? shown = null) => new(Handler(shown)) { BaseAddress = Url, DefaultRequestVersion = HttpVersion.Version11 };

    public GrpcChannel Channel(TestCertificate? shown = null) =>
        GrpcChannel.ForAddress(Url, new GrpcChannelOptions { HttpHandler = Handler(shown), DisposeHttpClient = true });

    /// <summary>A connection after its handshake; fails when the server refuses.</summary>
    public async Task<SslStream> ConnectAsync(TestCertificate? shown = null, SslApplicationProtocol? protocol = null)
    {
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        await socket.ConnectAsync(IPAddress.Loopback, Url.Port);
        var stream = new SslStream(new NetworkStream(socket, ownsSocket: true));
        SslClientAuthenticationOptions options = Options(Authority, shown, null, SslProtocols.None);
        options.TargetHost = "127.0.0.1";
        options.ApplicationProtocols = protocol is { } one ? [one] : null;
        try
        {
            await stream.AuthenticateAsClientAsync(options);
            return stream;
        }
        catch
        {
            await stream.DisposeAsync();
            throw;
        }
    }

    public static SslClientAuthenticationOptions Options(TestAuthority authority, TestCertificate? shown, X509Certificate2Collection? chain, SslProtocols protocols)
    {
        var policy = new X509ChainPolicy { TrustMode = X509ChainTrustMode.CustomRootTrust, RevocationMode = X509RevocationMode.NoCheck, DisableCertificateDownloads = true };
        policy.CustomTrustStore.Add(authority.Certificate);
        return new SslClientAuthenticationOptions
        {
            CertificateChainPolicy = policy,
            ClientCertificateContext = shown is null ? null : SslStreamCertificateContext.Create(shown.Certificate, chain, offline: true),
            EnabledSslProtocols = protocols,
        };
    }

    public async ValueTask DisposeAsync()
    {
        await _node.DisposeAsync();
        Authority.Dispose();
        Files.Dispose();
    }
}
