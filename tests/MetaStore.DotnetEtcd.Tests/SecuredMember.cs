using System.Net.Security;
using System.Security.Cryptography.X509Certificates;
using dotnet_etcd;
using MetaStore.Testing;
using MetaStore.Testing.Certificates;
using MetaStore.Testing.Processes;

namespace MetaStore.DotnetEtcd.Tests;

/// <summary>One member with TLS, and clients for it.</summary>
internal sealed class SecuredMember : IAsyncDisposable
{
    private static readonly TimeSpan StartLimit = TimeSpan.FromSeconds(60);

    private readonly TestAuthority _authority = TestAuthority.Create();
    private readonly CertificateFolder _files = new();
    private readonly TestCertificate _shown;
    private readonly ServerProcess _process;
    private readonly string _url;

    private SecuredMember(bool isMutual)
    {
        _shown = _authority.Issue("CN=client");
        _files.Write("ca.crt", _authority.Pem);
        _files.Write("server", _authority.IssueServer());
        int[] ports = FreePorts.Take(2);
        _url = $"https://127.0.0.1:{ports[0]}";
        string peers = $"http://127.0.0.1:{ports[1]}";
        string[] mutual = isMutual ? ["--trusted-ca-file", _files["ca.crt"], "--client-cert-auth"] : [];
        _process = ServerProcess.Start(
            Programs.MetaStore,
            [
                "--data-dir", _files["data"], "--listen-client-urls", _url, "--advertise-client-urls", _url, "--listen-peer-urls", peers, "--initial-advertise-peer-urls", peers,
                "--initial-cluster", $"default={peers}", "--cert-file", _files["server.crt"], "--key-file", _files["server.key"], "--bcrypt-cost=4", .. mutual,
            ]);
    }

    /// <summary>Starts it and waits until it is healthy.</summary>
    /// <param name="isMutual">It demands certificates of clients.</param>
    public static async Task<SecuredMember> StartAsync(bool isMutual)
    {
        var member = new SecuredMember(isMutual);
        try
        {
            await member.WaitUntilHealthyAsync();
            return member;
        }
        catch
        {
            await member.DisposeAsync();
            throw;
        }
    }

    /// <summary>A client that does not repeat calls.</summary>
    /// <param name="trusts">It knows the member's authority.</param>
    /// <param name="shows">It shows a certificate when it is asked for one.</param>
    public EtcdClient Connect(bool trusts = true, bool shows = true) => new(
        _url, options => Secure(options, trusts, shows), serverName: "localhost", configureChannelOptions: options => options.ServiceConfig?.MethodConfigs.Clear());

    public async ValueTask DisposeAsync()
    {
        await _process.DisposeAsync();
        _authority.Dispose();
        _files.Dispose();
    }

    private void Secure(SslClientAuthenticationOptions options, bool trusts, bool shows)
    {
        if (trusts)
        {
            options.CertificateChainPolicy = new X509ChainPolicy { TrustMode = X509ChainTrustMode.CustomRootTrust, RevocationMode = X509RevocationMode.NoCheck };
            options.CertificateChainPolicy.CustomTrustStore.Add(_authority.Certificate);
        }

        if (shows)
        {
            options.ClientCertificates = [_shown.Certificate];
        }
    }

    private async Task WaitUntilHealthyAsync()
    {
        using var handler = new SocketsHttpHandler();
        Secure(handler.SslOptions, trusts: true, shows: true);
        using var http = new HttpClient(handler) { Timeout = TimeSpan.FromSeconds(2) };
        await Eventually.TrueAsync(() => IsHealthyAsync(http), StartLimit, () => _process.Output);
    }

    private async Task<bool> IsHealthyAsync(HttpClient http)
    {
        if (!_process.IsRunning)
        {
            throw new InvalidOperationException(_process.Output);
        }

        try
        {
            using var answer = await http.GetAsync(new Uri(_url + "/health"));
            return answer.IsSuccessStatusCode;
        }
        catch (Exception failure) when (failure is HttpRequestException or OperationCanceledException)
        {
            return false;
        }
    }
}
