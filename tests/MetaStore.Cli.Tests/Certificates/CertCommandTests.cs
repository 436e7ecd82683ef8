using System.Runtime.Versioning;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using MetaStore.Cli.Tests.Processes;
using MetaStore.Testing.Processes;

namespace MetaStore.Cli.Tests.Certificates;

/// <summary>metactl cert, without a member.</summary>
[UnsupportedOSPlatform("windows")]
public sealed class CertCommandTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("cert-").FullName;

    private string Pki => Path.Combine(_folder, "pki");

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Certificates_ChainToTheAuthority_AndKeysAreTheOwners(bool isRsa)
    {
        string[] kind = isRsa ? ["--rsa"] : [];
        await RunAsync(["cert", "ca", "--dir", Pki, "--cn", "tests, \"quoted\"", .. kind]);
        await RunAsync(["cert", "member", "n1", "--hosts", "n1.example.com,10.0.0.1,::1", "--dir", Pki, .. kind]);
        await RunAsync(["cert", "client", "app", "--cn", "alice", "--days", "7", "--dir", Pki]);

        using var authority = X509CertificateLoader.LoadCertificateFromFile(Path.Combine(Pki, "ca.crt"));
        Assert.Equal("tests, \"quoted\"", authority.GetNameInfo(X509NameType.SimpleName, forIssuer: false));
        using var chain = new X509Chain { ChainPolicy = { TrustMode = X509ChainTrustMode.CustomRootTrust, CustomTrustStore = { authority }, RevocationMode = X509RevocationMode.NoCheck } };
        using var member = X509Certificate2.CreateFromPemFile(Path.Combine(Pki, "n1.crt"), Path.Combine(Pki, "n1.key"));
        Assert.True(chain.Build(member));
        Assert.Equal(isRsa, member.GetRSAPublicKey() is not null);
        Assert.True(member.MatchesHostname("n1.example.com") && member.MatchesHostname("10.0.0.1") && !member.MatchesHostname("n2.example.com"));
        using var client = X509Certificate2.CreateFromPemFile(Path.Combine(Pki, "app.crt"), Path.Combine(Pki, "app.key"));
        Assert.True(chain.Build(client));
        Assert.Equal("CN=alice", client.Subject);
        Assert.InRange(client.NotAfter - DateTime.Now, TimeSpan.FromDays(6.9), TimeSpan.FromDays(7));
        Assert.Equal(["1.3.6.1.5.5.7.3.2"], client.Extensions.OfType<X509EnhancedKeyUsageExtension>().Single().EnhancedKeyUsages.Cast<Oid>().Select(oid => oid.Value));

        const UnixFileMode Owner = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        Assert.All(Directory.GetFiles(Pki, "*.key"), file => Assert.Equal(Owner, File.GetUnixFileMode(file)));
        Assert.Equal(["app.crt", "app.key", "ca.crl", "ca.crt", "ca.key", "n1.crt", "n1.key"], Directory.GetFiles(Pki).Select(Path.GetFileName).Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task Files_AreNotOverwritten_WithoutForce()
    {
        await RunAsync(["cert", "ca", "--dir", Pki]);
        await RunAsync(["cert", "client", "app", "--dir", Pki]);
        var before = Directory.GetFiles(Pki).ToDictionary(file => file, File.ReadAllText);

        foreach (string[] words in (string[][])[["cert", "ca", "--dir", Pki], ["cert", "client", "app", "--dir", Pki], ["cert", "member", "app", "--dir", Pki]])
        {
            var (code, output, error) = await InProcess.RunAsync(words);
            Assert.Equal((1, string.Empty), (code, output));
            Assert.Contains("exists; --force overwrites it", error, StringComparison.Ordinal);
        }

        Assert.Equal(before, Directory.GetFiles(Pki).ToDictionary(file => file, File.ReadAllText));
        await RunAsync(["cert", "client", "app", "--dir", Pki, "--force"]);
        Assert.NotEqual(before[Path.Combine(Pki, "app.key")], await File.ReadAllTextAsync(Path.Combine(Pki, "app.key")));
        Assert.Equal(before[Path.Combine(Pki, "ca.key")], await File.ReadAllTextAsync(Path.Combine(Pki, "ca.key")));
    }

    [Theory]
    [InlineData(1, "there is no authority to sign with", "client", "app")]
    [InlineData(128, "needs one name, other than ca", "member")]
    [InlineData(128, "needs one name, other than ca", "member", "ca")]
    [InlineData(128, "--days must be from 1 to 36500", "ca", "--days", "0")]
    [InlineData(128, "cert ca takes no arguments", "ca", "x")]
    [InlineData(1, "Could not find file", "show", "/nowhere.crt")]
    [InlineData(1, "neither a certificate nor a revocation list", "show", "/etc/hostname")]
    public async Task WrongWords_AreRefused(int code, string line, params string[] words)
    {
        var (ended, output, error) = await InProcess.RunAsync(["cert", .. words, .. words[0] == "show" ? (string[])[] : ["--dir", Pki]]);
        Assert.Equal((code, string.Empty), (ended, output));
        Assert.Contains(line, error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Certificate_DoesNotOutliveTheAuthority_NorLeaveTheFolder()
    {
        await RunAsync(["cert", "ca", "--dir", Pki, "--days", "30"]);
        Assert.Equal(128, (await InProcess.RunAsync("cert", "client", "app", "--dir", Pki, "--days", "31")).Code);
        Assert.Equal(128, (await InProcess.RunAsync("cert", "client", "../app", "--dir", Pki, "--days", "1")).Code);
        Assert.Equal(3, Directory.GetFiles(Pki).Length);
    }

    [Fact]
    public async Task Revocation_IsListed_AndSignedByTheAuthority()
    {
        await RunAsync(["cert", "ca", "--dir", Pki]);
        await RunAsync(["cert", "client", "app", "--dir", Pki]);
        var certificate = Path.Combine(Pki, "app.crt");
        Assert.Contains("revoked   none", await RunAsync(["cert", "show", Path.Combine(Pki, "ca.crl")]), StringComparison.Ordinal);

        await RunAsync(["cert", "revoke", certificate, "0ABC", "--dir", Pki]);
        await RunAsync(["cert", "revoke", certificate, "--dir", Pki]);

        using var revoked = X509CertificateLoader.LoadCertificateFromFile(certificate);
        string[] lines = (await RunAsync(["cert", "show", Path.Combine(Pki, "ca.crl")])).Split('\n');
        Assert.Contains("  number    3", lines);
        Assert.Equal(["0ABC", revoked.SerialNumber], lines.Where(line => line.StartsWith("  revoked", StringComparison.Ordinal)).Select(line => line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[1]).Order(StringComparer.Ordinal));
        var (code, output) = await OneMember.EndAsync(ServerProcess.Start("/usr/bin/openssl", ["crl", "-in", Path.Combine(Pki, "ca.crl"), "-CAfile", Path.Combine(Pki, "ca.crt"), "-noout"]));
        Assert.True(code == 0 && output.Contains("verify OK", StringComparison.Ordinal), output);
    }

    [Fact]
    public async Task Revocation_OfAnotherAuthoritysCertificate_IsRefused()
    {
        var other = Path.Combine(_folder, "other");
        await RunAsync(["cert", "ca", "--dir", Pki]);
        await RunAsync(["cert", "ca", "--dir", other, "--cn", "other"]);
        await RunAsync(["cert", "client", "app", "--dir", other]);
        var (code, _, error) = await InProcess.RunAsync("cert", "revoke", Path.Combine(other, "app.crt"), "--dir", Pki);
        Assert.Equal(1, code);
        Assert.Contains("was signed by CN=other, not by this authority", error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Show_NamesWhatMatters()
    {
        await RunAsync(["cert", "ca", "--dir", Pki]);
        await RunAsync(["cert", "member", "n1", "--dir", Pki]);
        var shown = await RunAsync(["cert", "show", Path.Combine(Pki, "ca.crt"), Path.Combine(Pki, "n1.crt")]);
        Assert.Contains("  for       signing certificates\n", shown, StringComparison.Ordinal);
        Assert.Contains("  for       servers, clients\n", shown, StringComparison.Ordinal);
        Assert.Contains("  names     n1, localhost, 127.0.0.1, ::1\n", shown, StringComparison.Ordinal);
        Assert.Contains("  key       ECDSA, 256 bits\n", shown, StringComparison.Ordinal);
    }

    private static async Task<string> RunAsync(string[] words)
    {
        var (code, output, error) = await InProcess.RunAsync(words);
        Assert.True(code == 0, error);
        return output;
    }
}
