using System.Net;
using System.Security.Authentication;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Grpc.Core;
using Grpc.Net.Client;
using MetaStore.Protocol.Etcd;
using Google.Protobuf;
using MetaStore.Testing.Certificates;

namespace MetaStore.Server.Tests.Listening.Tls;

/// <summary>Which client gets in by which certificate, over each protocol of the client port and on the metrics port: every cell of the table.</summary>
public sealed class TlsMatrixTests : IClassFixture<TlsMatrixTests.Server>
{
    private static readonly string[] Protocols = ["grpc", "http/1.1", "gateway", "metrics"];

    private static readonly (string Client, bool GetsIn)[] Clients =
    [
        ("good", true),
        ("good, RSA", true),
        ("good, TLS 1.2", true),
        ("good, TLS 1.3", true),
        ("wildcard name", true),
        ("by an intermediate that it sends", true),
        ("no purposes", true),
        ("none", false),
        ("of another authority", false),
        ("of another authority of the same name", false),
        ("expired", false),
        ("not valid yet", false),
        ("for servers only", false),
        ("self-signed", false),
        ("revoked", false),
        ("by a revoked intermediate", false),
        ("by an intermediate that it does not send", false),
        ("by a certificate that is no authority", false),
        ("name not allowed", false),
        ("name in the subject only", false),
        ("TLS 1.1", false),
        ("cleartext", false),
    ];

    private readonly Server _server;

    public TlsMatrixTests(Server server) => _server = server;

    public static TheoryData<string, string, bool> Cells
    {
        get
        {
            var cells = new TheoryData<string, string, bool>();
            foreach ((string client, bool getsIn) in Clients)
            {
                foreach (string protocol in Protocols)
                {
                    cells.Add(client, protocol, getsIn);
                }
            }

            return cells;
        }
    }

    [Theory]
    [MemberData(nameof(Cells))]
    public async Task Client_GetsInOrNot(string client, string protocol, bool getsIn)
    {
        (TestCertificate? shown, X509Certificate2Collection? chain) = _server.CertificateOf(client);
        SslProtocols versions = client switch
        {
            "good, TLS 1.2" => SslProtocols.Tls12,
            "good, TLS 1.3" => SslProtocols.Tls13,
#pragma warning disable CA5397, SYSLIB0039 // What must be refused.
            "TLS 1.1" => SslProtocols.Tls11,
#pragma warning restore CA5397, SYSLIB0039
            _ => SslProtocols.None,
        };
        using SocketsHttpHandler handler = _server.Node.Handler(shown, chain, versions);
        Task asked = AskAsync(handler, protocol, isCleartext: client == "cleartext");
        if (getsIn)
        {
            await asked;
        }
        else
        {
            Exception refused = await Assert.ThrowsAnyAsync<Exception>(() => asked);
            Assert.True(refused is HttpRequestException or RpcException { StatusCode: StatusCode.Unavailable or StatusCode.Internal }, refused.ToString());
        }
    }

    private async Task AskAsync(SocketsHttpHandler handler, string protocol, bool isCleartext)
    {
        Uri url = protocol == "metrics" ? _server.Node.MetricsUrl : _server.Node.Url;
        url = isCleartext ? new UriBuilder(url) { Scheme = "http" }.Uri : url;
        if (protocol == "grpc")
        {
            using GrpcChannel channel = GrpcChannel.ForAddress(url, new GrpcChannelOptions { HttpHandler = handler });
            await new KV.KVClient(channel).RangeAsync(new RangeRequest { Key = ByteString.CopyFromUtf8("k") });
            return;
        }

        using var http = new HttpClient(handler, disposeHandler: false) { BaseAddress = url, DefaultRequestVersion = HttpVersion.Version11 };
        using HttpResponseMessage answer = protocol switch
        {
            "http/1.1" => await http.GetAsync("/version"),
            "gateway" => await http.PostAsync("/v3/kv/range", new StringContent("""{"key":"aw=="}""")),
            _ => await http.GetAsync("/metrics"),
        };
        answer.EnsureSuccessStatusCode();
    }

    /// <summary>A node that demands certificates, with names and a list of revoked ones.</summary>
    public sealed class Server : IAsyncLifetime
    {
        private const string Name = "app.client.test";

        private readonly TestAuthority _foreign = TestAuthority.Create("another authority");
        private readonly TestAuthority _namesake = TestAuthority.Create();
        private readonly Dictionary<string, (TestCertificate? Shown, X509Certificate2Collection? Chain)> _certificates = new(StringComparer.Ordinal);
        private TestAuthority? _intermediate;
        private TestAuthority? _revokedIntermediate;
        private TlsNode? _node;

        internal TlsNode Node => _node!;

        public async Task InitializeAsync() => _node = await TlsNode.StartAsync((files, authority) =>
        {
            string[] sans = [Name];
            _intermediate = authority.CreateIntermediate();
            _revokedIntermediate = authority.CreateIntermediate("revoked intermediate");
            TestCertificate revoked = authority.Issue("CN=revoked", sans);
            authority.Revoke(revoked.Certificate);
            authority.Revoke(_revokedIntermediate.Certificate);
            TestCertificate good = authority.Issue("CN=good", sans);
            foreach (string alike in (string[])["good", "good, TLS 1.2", "good, TLS 1.3", "TLS 1.1", "cleartext"])
            {
                _certificates[alike] = (good, null);
            }

            _certificates["good, RSA"] = (authority.Issue("CN=rsa", sans, isRsa: true), null);
            _certificates["wildcard name"] = (authority.Issue("CN=wild", ["*.client.test"]), null);
            _certificates["by an intermediate that it sends"] = (_intermediate.Issue("CN=below", sans), [_intermediate.Certificate]);
            _certificates["no purposes"] = (authority.Issue("CN=any", sans, forServers: false, forClients: false), null);
            _certificates["none"] = (null, null);
            _certificates["of another authority"] = (_foreign.Issue("CN=good", sans), null);
            _certificates["of another authority of the same name"] = (_namesake.Issue("CN=good", sans), null);
            _certificates["expired"] = (authority.Issue("CN=old", sans, from: -20, to: -1), null);
            _certificates["not valid yet"] = (authority.Issue("CN=early", sans, from: 1, to: 20), null);
            _certificates["for servers only"] = (authority.Issue("CN=server", sans, forClients: false), null);
            _certificates["self-signed"] = (SelfSigned(), null);
            _certificates["revoked"] = (revoked, null);
            _certificates["by a revoked intermediate"] = (_revokedIntermediate.Issue("CN=below", sans), [_revokedIntermediate.Certificate]);
            _certificates["by an intermediate that it does not send"] = (_intermediate.Issue("CN=below", sans), null);
            _certificates["by a certificate that is no authority"] = ByALeaf(good);
            _certificates["name not allowed"] = (authority.Issue("CN=other", ["other.test"]), null);
            _certificates["name in the subject only"] = (authority.Issue($"CN={Name}"), null);
            return
            [
                $"--trusted-ca-file={files["ca.crt"]}", "--client-cert-auth", $"--client-cert-allowed-hostname=unused.test,{Name}",
                $"--client-crl-file={files.Write("ca.crl", authority.RevocationList())}",
            ];
        });

        public (TestCertificate? Shown, X509Certificate2Collection? Chain) CertificateOf(string client) => _certificates[client];

        public async Task DisposeAsync()
        {
            _intermediate?.Dispose();
            _revokedIntermediate?.Dispose();
            _foreign.Dispose();
            _namesake.Dispose();
            await Node.DisposeAsync();
        }

        private static TestCertificate SelfSigned()
        {
            using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
            var request = new CertificateRequest("CN=good", key, HashAlgorithmName.SHA256);
            var names = new SubjectAlternativeNameBuilder();
            names.AddDnsName(Name);
            request.CertificateExtensions.Add(names.Build());
            return new TestCertificate(request.CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(1)));
        }

        /// <summary>A client that uses its own certificate to make another one.</summary>
        private static (TestCertificate, X509Certificate2Collection) ByALeaf(TestCertificate leaf)
        {
            using ECDsa issuer = leaf.Certificate.GetECDsaPrivateKey()!;
            using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
            var request = new CertificateRequest("CN=root", key, HashAlgorithmName.SHA256);
            var names = new SubjectAlternativeNameBuilder();
            names.AddDnsName(Name);
            request.CertificateExtensions.Add(names.Build());
            using X509Certificate2 made = request.Create(
                leaf.Certificate.SubjectName, X509SignatureGenerator.CreateForECDsa(issuer), DateTimeOffset.UtcNow.AddHours(-1), DateTimeOffset.UtcNow.AddDays(1), [1, 2, 3]);
            return (new TestCertificate(made.CopyWithPrivateKey(key)), [leaf.Certificate]);
        }
    }
}
