using System.Security.Cryptography.X509Certificates;
using Grpc.Core;
using MetaStore.Client.Tests.Processes;
using MetaStore.Testing;
using MetaStore.Testing.Certificates;
using MetaStore.Testing.Processes;

namespace MetaStore.Client.Tests.Ecosystem;

/// <summary>The client's TLS options, against a real member that demands certificates.</summary>
[Collection(nameof(OneAtATime))]
public sealed class ClientTlsTests : IAsyncLifetime
{
    private readonly CertificateFolder _files = new();
    private readonly TestAuthority _authority = TestAuthority.Create();
    private readonly Uri _url = new($"https://127.0.0.1:{FreePorts.Take(1)[0]}");
    private TestAuthority? _intermediate;
    private TestCertificate? _shown;
    private ServerProcess? _member;

    private ClientTlsOptions Good => new() { AuthoritiesFile = _files["ca.crt"], CertificateFile = _files["client.crt"], KeyFile = _files["client.key"] };

    public async Task InitializeAsync()
    {
        // Below an intermediate that neither side knows but by what the other sends; the server's is for a name, and for the address through another one.
        _intermediate = _authority.CreateIntermediate();
        _files.Write("ca.crt", _authority.Pem);
        _files.Write("server", _authority.Issue("CN=server", ["db.example.com", "127.0.0.1"]));
        _shown = _intermediate.Issue("CN=client");
        _files.Write("client", _shown, chain: _intermediate.Pem);
        var peer = FreePorts.Take(1)[0];
        var url = _url.OriginalString;
        _member = ServerProcess.Start(
            Programs.MetaStore,
            [
                "--data-dir", _files["data"], "--listen-client-urls", url, "--advertise-client-urls", url, "--listen-peer-urls", $"http://127.0.0.1:{peer}",
                "--initial-advertise-peer-urls", $"http://127.0.0.1:{peer}", "--cert-file", _files["server.crt"], "--key-file", _files["server.key"],
                "--trusted-ca-file", _files["ca.crt"],
            ]);
        await Eventually.TrueAsync(() => IsServedAsync(Good), TimeSpan.FromSeconds(40), () => _member.Output);
    }

    public async Task DisposeAsync()
    {
        await _member!.DisposeAsync();
        _intermediate?.Dispose();
        _authority.Dispose();
        _files.Dispose();
    }

    [Fact]
    public async Task Files_VerifyAndShow_InEveryKindOfCall()
    {
        using var client = new MetaStoreClient(Options(Good));
        await client.Kv.PutAsync("k", "v");
        using var stop = new CancellationTokenSource(TimeSpan.FromSeconds(20));
        await foreach (var change in client.Watch.ChangesAsync(KeyRange.Prefix("k"), fromRevision: 1, cancellation: stop.Token))
        {
            Assert.Equal("v", change.Kv.Value.ToStringUtf8());
            break;
        }

        using var there = client.At(_url);
        Assert.Equal("v", (await there.Kv.GetAsync("k"))!.Value.ToStringUtf8());
    }

    [Fact]
    public async Task Objects_DoAsFilesDo()
    {
        using var leaf = X509Certificate2.CreateFromPemFile(_files["client.crt"], _files["client.key"]);
        var direct = _authority.Issue("CN=direct");
        Assert.True(await IsServedAsync(new ClientTlsOptions { Authorities = [_authority.Certificate], Certificate = direct.Certificate }));

        // Without its intermediate the member cannot find the authority.
        Assert.False(await IsServedAsync(new ClientTlsOptions { Authorities = [_authority.Certificate], Certificate = leaf }));
    }

    [Fact]
    public async Task ServerName_IsWhatTheCertificateMustBeFor()
    {
        Assert.True(await IsServedAsync(Good with { ServerName = "db.example.com" }));
        Assert.False(await IsServedAsync(Good with { ServerName = "other.example.com" }));
    }

    [Fact]
    public async Task MemberOfAnotherAuthority_IsRefused_UnlessVerifyingIsSkipped()
    {
        using var other = TestAuthority.Create("other");
        var tls = Good with { AuthoritiesFile = null, Authorities = [other.Certificate] };
        Assert.False(await IsServedAsync(tls));
        Assert.False(await IsServedAsync(Good with { AuthoritiesFile = null }));
        Assert.True(await IsServedAsync(tls with { InsecureSkipVerify = true }));
    }

    [Fact]
    public async Task NoCertificate_IsRefused() => Assert.False(await IsServedAsync(Good with { CertificateFile = null, KeyFile = null }));

    [Fact]
    public void WrongOptions_AreNamed()
    {
        AssertFault(Good with { KeyFile = null }, "Tls.CertificateFile and KeyFile");
        AssertFault(Good with { Authorities = [_authority.Certificate] }, "Tls.AuthoritiesFile and Authorities");
        AssertFault(Good with { Certificate = _shown!.Certificate }, "Tls.CertificateFile and Certificate");
        AssertFault(Good with { AuthoritiesFile = _files["gone.crt"] }, "gone.crt");
        AssertFault(Good with { AuthoritiesFile = _files["client.key"] }, "client.key");
        AssertFault(Good with { KeyFile = _files["server.key"] }, "server.key");
        using var handler = new SocketsHttpHandler();
        Assert.Contains("Tls and HttpHandler", Assert.Throws<ArgumentException>(() => new MetaStoreClient(Options(Good) with { HttpHandler = handler })).Message, StringComparison.Ordinal);
    }

    private void AssertFault(ClientTlsOptions tls, string why) =>
        Assert.Contains(why, Assert.Throws<ArgumentException>(() => new MetaStoreClient(Options(tls))).Message, StringComparison.Ordinal);

    private MetaStoreClientOptions Options(ClientTlsOptions tls) => new() { Endpoints = [_url], Tls = tls, CommandTimeout = TimeSpan.FromSeconds(20) };

    private async Task<bool> IsServedAsync(ClientTlsOptions tls)
    {
        using var client = new MetaStoreClient(Options(tls) with { CommandTimeout = TimeSpan.FromSeconds(2) });
        try
        {
            await client.Kv.GetAsync("k");
            return true;
        }
        catch (RpcException refused) when (refused.StatusCode is StatusCode.Unavailable or StatusCode.DeadlineExceeded or StatusCode.Internal)
        {
            return false;
        }
    }
}
