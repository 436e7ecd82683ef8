using System.Net.Http.Json;
using System.Net.Security;
using System.Security.Cryptography.X509Certificates;
using System.Text.Json;
using MetaStore.Testing.Certificates;

namespace MetaStore.Testing.Processes;

/// <summary>What the members of one cluster demand, and what a client needs to be root there: nothing, TLS on both ports, auth, or both.</summary>
/// <remarks>
/// Members share a certificate for loopback and prove it to each other; clients verify it by the authority's file and show none. Every flag is known to etcd
/// too. Thread-safe after the sign-in. Belongs to the cluster, which disposes it.
/// </remarks>
public sealed class ClusterSecurity : IDisposable
{
    private const string Root = "root";
    private const string RootPassword = "password-of-root";

    private readonly bool _hasUsers;
    private readonly CertificateFolder? _files;
    private readonly X509Certificate2? _authority;
    private string? _token;

    private ClusterSecurity()
    {
    }

    private ClusterSecurity(bool hasTls, bool hasUsers, string[] addresses)
    {
        _hasUsers = hasUsers;
        if (!hasTls)
        {
            return;
        }

        _files = new CertificateFolder();
        using var authority = TestAuthority.Create();
        _files.Write("ca.crt", authority.Pem);

        // Members without --trusted-ca-file verify each other's client port by the authority that follows the leaf.
        _files.Write("member", authority.Issue("CN=member", ["localhost", "127.0.0.1", .. addresses]), authority.Pem);
        _authority = X509CertificateLoader.LoadCertificateFromFile(_files["ca.crt"]);
    }

    /// <summary>Cleartext, and no users.</summary>
    public static ClusterSecurity None { get; } = new();

    /// <summary>The scheme of client and peer URLs.</summary>
    public string Scheme => _files is null ? "http" : "https";

    /// <summary>The user that clients are; null without auth.</summary>
    public string? User => _hasUsers ? Root : null;

    /// <summary>The password of <see cref="User"/>.</summary>
    public string? Password => _hasUsers ? RootPassword : null;

    /// <summary>PEM of the authority by which clients verify members; null without TLS.</summary>
    public string? AuthorityFile => _files?["ca.crt"];

    /// <summary>A token of <see cref="User"/> that every member knows; null without auth and before the sign-in.</summary>
    public string? Token => Volatile.Read(ref _token);

    /// <summary>Flags of every member, of MetaStore or etcd.</summary>
    public IReadOnlyList<string> MemberFlags => [.. TlsFlags, .. _hasUsers ? ["--bcrypt-cost=4"] : (string[])[]];

    /// <summary>Flags of etcdctl and metactl, each in one word.</summary>
    public IReadOnlyList<string> ToolFlags =>
        [.. AuthorityFile is { } file ? [$"--cacert={file}"] : (string[])[], .. _hasUsers ? [$"--user={User}:{Password}"] : (string[])[]];

    /// <summary>TLS and auth, or <see cref="None"/>.</summary>
    /// <param name="isSecured">Which of the two.</param>
    /// <param name="addresses">Addresses of members other than loopback.</param>
    public static ClusterSecurity Of(bool isSecured, params string[] addresses) => Of(isSecured, isSecured, addresses);

    /// <summary>TLS, auth, both, or <see cref="None"/>.</summary>
    /// <param name="hasTls">TLS on both ports.</param>
    /// <param name="hasUsers">Auth is on.</param>
    /// <param name="addresses">Addresses of members other than loopback.</param>
    public static ClusterSecurity Of(bool hasTls, bool hasUsers, params string[] addresses) => hasTls || hasUsers ? new(hasTls, hasUsers, addresses) : None;

    /// <summary>A transport for HttpClient and gRPC channels that verifies members and sends the token with each request.</summary>
    /// <param name="dialTimeout">Limit for opening a connection; null for none.</param>
    public HttpMessageHandler CreateHandler(TimeSpan? dialTimeout = null)
    {
        var sockets = new SocketsHttpHandler
        {
            UseProxy = false,
            EnableMultipleHttp2Connections = true,
            ConnectTimeout = dialTimeout ?? Timeout.InfiniteTimeSpan,
        };
        if (_files is not null)
        {
            sockets.SslOptions = CreateTlsOptions();
        }

        return _hasUsers ? new TokenHandler(this) { InnerHandler = sockets } : sockets;
    }

    /// <summary>Settings of an SslStream of a client, without the name of the host.</summary>
    public SslClientAuthenticationOptions CreateTlsOptions()
    {
        var policy = new X509ChainPolicy { TrustMode = X509ChainTrustMode.CustomRootTrust, RevocationMode = X509RevocationMode.NoCheck };
        policy.CustomTrustStore.Add(_authority ?? throw new InvalidOperationException("the cluster is in cleartext"));
        return new SslClientAuthenticationOptions { CertificateChainPolicy = policy };
    }

    /// <summary>
    /// Signs in; the first time makes the user and turns auth on. Later, for instance after a restore, auth that is not on any more is an error.
    /// Does nothing without auth.
    /// </summary>
    /// <param name="members">Client URLs of all members, which must be healthy.</param>
    public async Task SignInAsync(IReadOnlyList<Uri> members)
    {
        if (!_hasUsers)
        {
            return;
        }

        using var http = new HttpClient(CreateHandler());
        if (Token is null)
        {
            await PostAsync(http, members[0], "/v3/auth/user/add", new { name = User, password = Password });
            await PostAsync(http, members[0], "/v3/auth/role/add", new { name = Root });
            await PostAsync(http, members[0], "/v3/auth/user/grant", new { user = User, role = Root });
            await PostAsync(http, members[0], "/v3/auth/enable", new { });
        }

        using var answer = JsonDocument.Parse(await PostAsync(http, members[0], "/v3/auth/authenticate", new { name = User, password = Password }));
        Volatile.Write(ref _token, answer.RootElement.GetProperty("token").GetString());

        // A linearizable read: from here on the member knows the token.
        foreach (var member in members)
        {
            await PostAsync(http, member, "/v3/kv/range", new { key = "aGVhbHRo" });
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _authority?.Dispose();
        _files?.Dispose();
    }

    private string[] TlsFlags => _files is null ? [] :
    [
        "--cert-file", _files["member.crt"], "--key-file", _files["member.key"],
        "--peer-cert-file", _files["member.crt"], "--peer-key-file", _files["member.key"], "--peer-trusted-ca-file", _files["ca.crt"], "--peer-client-cert-auth",
    ];

    private static async Task<string> PostAsync(HttpClient http, Uri member, string path, object body)
    {
        using var answer = await http.PostAsJsonAsync(new Uri(member, path), body);
        var text = await answer.Content.ReadAsStringAsync();
        return answer.IsSuccessStatusCode ? text : throw new InvalidOperationException($"{member.Authority}{path} answered {(int)answer.StatusCode}: {text}");
    }

    /// <summary>The token is metadata of a gRPC call, and the Authorization header of a request to the gateway.</summary>
    private sealed class TokenHandler(ClusterSecurity security) : DelegatingHandler
    {
        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            if (security.Token is { } token)
            {
                var isGrpc = request.Content?.Headers.ContentType?.MediaType == "application/grpc";
                request.Headers.TryAddWithoutValidation(isGrpc ? "token" : "Authorization", token);
            }

            return base.SendAsync(request, cancellationToken);
        }
    }
}
