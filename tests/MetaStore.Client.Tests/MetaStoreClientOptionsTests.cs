using System.Net.Http;
using System.Security.Cryptography.X509Certificates;
using MetaStore.Testing.Certificates;

namespace MetaStore.Client.Tests;

public sealed class MetaStoreClientOptionsTests
{
    private static readonly MetaStoreClientOptions Good = MetaStoreClientOptions.Parse("a:1,unix:///b");

    [Fact]
    public void Good_HasNoFault()
    {
        Assert.Empty(Good.Faults());
        Assert.Empty((Good with { User = "u" }).Faults());
        Assert.Empty((Good with { Tls = new ClientTlsOptions { ServerName = "h", AuthoritiesFile = "ca", Authorities = [] } }).Faults());
    }

    public static TheoryData<string, Func<MetaStoreClientOptions, MetaStoreClientOptions>> Faults => new()
    {
        { "Endpoints: at least one endpoint is needed", options => options with { Endpoints = [] } },
        { "Endpoints: ftp://h/ is not an http URL", options => options with { Endpoints = [new Uri("ftp://h")] } },
        { "Endpoints: relative is not an http URL", options => options with { Endpoints = [new Uri("relative", UriKind.Relative)] } },
        { "HttpHandler: the endpoint unix:///b is a socket", options => options with { HttpHandler = new SocketsHttpHandler() } },
        { "Tls and HttpHandler: give one of the two", options => options with { HttpHandler = new SocketsHttpHandler(), Endpoints = [new Uri("http://a")], Tls = new ClientTlsOptions() } },
        { "User: a password needs the name of a user", options => options with { Password = "x" } },
        { "User: a password needs the name of a user", options => options with { User = "" } },
        { "CommandTimeout: must be positive", options => options with { CommandTimeout = TimeSpan.Zero } },
        { "DialTimeout: must be positive", options => options with { DialTimeout = -TimeSpan.FromSeconds(1) } },
        { "KeepAliveTime and KeepAliveTimeout: must be positive", options => options with { KeepAliveTime = TimeSpan.Zero } },
        { "KeepAliveTime and KeepAliveTimeout: must be positive", options => options with { KeepAliveTimeout = TimeSpan.Zero } },
        { "MaxSendBytes and MaxReceiveBytes: must be positive", options => options with { MaxSendBytes = 0 } },
        { "MaxSendBytes and MaxReceiveBytes: must be positive", options => options with { MaxReceiveBytes = -1 } },
        { "Tls.AuthoritiesFile and Authorities: give one of the two", options => options with { Tls = new ClientTlsOptions { AuthoritiesFile = "ca", Authorities = [X509CertificateLoader.LoadCertificate(Bare())] } } },
        { "Tls.CertificateFile and KeyFile: both must be given", options => options with { Tls = new ClientTlsOptions { KeyFile = "k" } } },
        { "Tls.CertificateFile and Certificate: give one of the two", options => options with { Tls = new ClientTlsOptions { CertificateFile = "c", KeyFile = "k", Certificate = WithKey() } } },
        { "Tls.Certificate: has no private key", options => options with { Tls = new ClientTlsOptions { Certificate = X509CertificateLoader.LoadCertificate(Bare()) } } },
        { "Tls.ServerName: must not be empty", options => options with { Tls = new ClientTlsOptions { ServerName = "" } } },
    };

    [Theory]
    [MemberData(nameof(Faults))]
    public void Fault_IsNamed_AndNoClientIsMade(string start, Func<MetaStoreClientOptions, MetaStoreClientOptions> change)
    {
        var options = change(Good);
        Assert.StartsWith(start, Assert.Single(options.Faults()), StringComparison.Ordinal);
        Assert.StartsWith(start, Assert.Throws<ArgumentException>(() => new MetaStoreClient(options)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void File_ThatCannotBeRead_IsNamed()
    {
        using var files = new CertificateFolder();
        files.Write("empty.crt", "no certificate");
        using var authority = TestAuthority.Create();
        files.Write("a", authority.Issue("CN=a"));
        files.Write("b", authority.Issue("CN=b"));
        foreach (var (tls, named) in (IEnumerable<(ClientTlsOptions, string)>)
        [
            (new ClientTlsOptions { AuthoritiesFile = files["none.crt"] }, "none.crt"),
            (new ClientTlsOptions { AuthoritiesFile = files["empty.crt"] }, "empty.crt"),
            (new ClientTlsOptions { CertificateFile = files["a.crt"], KeyFile = files["b.key"] }, "b.key"),
            (new ClientTlsOptions { CertificateFile = files["a.crt"], KeyFile = files["a.crt"] }, "a.crt"),
        ])
        {
            Assert.StartsWith($"{files[named]}: ", Assert.Throws<ArgumentException>(() => new MetaStoreClient(Good with { Tls = tls })).Message, StringComparison.Ordinal);
        }
    }

    private static byte[] Bare()
    {
        using var authority = TestAuthority.Create();
        return authority.Certificate.RawData;
    }

    private static X509Certificate2 WithKey()
    {
        using var authority = TestAuthority.Create();
        return new X509Certificate2(authority.Certificate);
    }
}
