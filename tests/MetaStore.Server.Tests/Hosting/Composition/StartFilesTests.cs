using System.Security.Authentication;
using MetaStore.IO;
using MetaStore.Server.Configuration.Options;
using MetaStore.Server.Configuration.Options.Auth;
using MetaStore.Server.Configuration.Options.Tls;
using MetaStore.Server.Configuration.Values;
using MetaStore.Server.Hosting;
using MetaStore.Server.Hosting.Composition;
using Microsoft.Extensions.Logging.Abstractions;

namespace MetaStore.Server.Tests.Hosting.Composition;

/// <summary>Files that are opened before anything of the member is written: a wrong one is one line with its flag.</summary>
public sealed class StartFilesTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("metastore-files-").FullName;

    private string Missing => Path.Combine(_folder, "none", "file");

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void AuditLog_ThatCannotBeOpened_IsNamed()
    {
        StartException refused = Assert.Throws<StartException>(() => AuthFiles.Open(new AuthOptions { AuditLog = Missing }, NullLoggerFactory.Instance));
        Assert.Equal(ExitCodes.BadConfiguration, refused.ExitCode);
        Assert.StartsWith($"--audit-log {Missing}: ", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void KeyOfTokens_ThatCannotBeRead_IsNamed_AndTheAuditLogIsClosedAgain()
    {
        string audit = Path.Combine(_folder, "audit.log");
        var options = new AuthOptions { AuditLog = audit, Jwt = new JwtOptions { SignMethod = "RS256", PrivateKeyFile = Missing } };
        StartException refused = Assert.Throws<StartException>(() => AuthFiles.Open(options, NullLoggerFactory.Instance));
        Assert.Equal(ExitCodes.BadConfiguration, refused.ExitCode);
        Assert.StartsWith("--auth-token: ", refused.Message, StringComparison.Ordinal);
        Assert.Contains(Missing, refused.Message, StringComparison.Ordinal);

        // Other descriptors of the process may be closed meanwhile; they have no target then.
        Assert.DoesNotContain(Directory.EnumerateFileSystemEntries("/proc/self/fd").Select(descriptor => new FileInfo(descriptor).LinkTarget), target => target == audit);
    }

    [Fact]
    public void NothingConfigured_OpensNothing()
    {
        using AuthFiles files = AuthFiles.Open(new AuthOptions(), NullLoggerFactory.Instance);
        Assert.Null(files.Audit);
        Assert.Null(files.Jwt);
        Assert.Null(ClientTls.Open(new MetaStoreOptions(), NullLoggerFactory.Instance));
        Assert.Null(ClientTls.OpenSelfSigned(new MetaStoreOptions { Tls = { AutoTls = true } }, _folder, NullLoggerFactory.Instance));
        Assert.Empty(Directory.GetFileSystemEntries(_folder));
    }

    [Fact]
    public void Certificate_ThatCannotBeRead_IsNamed()
    {
        MetaStoreOptions options = new() { Tls = { CertFile = Missing, KeyFile = Missing } };
        options.Member.ListenClientUrls = [EndpointUrl.Of("https://127.0.0.1:1")];
        StartException refused = Assert.Throws<StartException>(() => ClientTls.Open(options, NullLoggerFactory.Instance));
        Assert.Equal(ExitCodes.BadConfiguration, refused.ExitCode);
        Assert.Contains(Missing, refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void SecretsOfPeers_ThatCannotBeRead_AreNamed()
    {
        MetaStoreOptions options = new() { PeerTls = { SecretFile = Missing } };
        StartException refused = Assert.Throws<StartException>(() => PeerPort.Open(options, NullLoggerFactory.Instance));
        Assert.Equal(ExitCodes.BadConfiguration, refused.ExitCode);
        Assert.Contains(Missing, refused.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("TLS1.2", "", SslProtocols.Tls12 | SslProtocols.Tls13)]
    [InlineData("TLS1.2", "TLS1.3", SslProtocols.Tls12 | SslProtocols.Tls13)]
    [InlineData("TLS1.3", "", SslProtocols.Tls13)]
    [InlineData("TLS1.3", "TLS1.3", SslProtocols.Tls13)]
    [InlineData("TLS1.2", "TLS1.2", SslProtocols.Tls12)]
    public void Protocols_AreThoseBetweenTheTwoVersions(string least, string most, SslProtocols expected) =>
        Assert.Equal(expected, ClientTls.Protocols(new TlsOptions { MinVersion = least, MaxVersion = most }));

    [Fact]
    public void CipherSuites_NoneNamed_IsTheRuntimesChoice()
    {
        Assert.Empty(ClientTls.CipherSuites(new TlsOptions()));
        Assert.Contains(System.Net.Security.TlsCipherSuite.TLS_AES_128_GCM_SHA256, ClientTls.CipherSuites(new TlsOptions { CipherSuites = ["TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256"] }));
    }
}
