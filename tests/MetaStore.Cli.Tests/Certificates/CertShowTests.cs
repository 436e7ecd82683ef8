using System.Formats.Asn1;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using MetaStore.Cli.Certificates;
using MetaStore.Testing.Certificates;

namespace MetaStore.Cli.Tests.Certificates;

/// <summary>Certificates and lists of others, good and damaged, as text.</summary>
public sealed class CertShowTests : IDisposable
{
    private static readonly DateTimeOffset Now = DateTimeOffset.UtcNow;

    private readonly MetaStore.Testing.Certificates.CertificateFolder _files = new();
    private readonly TestAuthority _authority = TestAuthority.Create();

    public void Dispose()
    {
        _authority.Dispose();
        _files.Dispose();
    }

    [Fact]
    public void Summary_SaysWhatItIsFor_AndWhenItEnds()
    {
        Assert.Equal("servers", Line(_authority.Issue("CN=a", forClients: false), "for"));
        Assert.Equal("anything", Line(_authority.Issue("CN=a", forServers: false, forClients: false), "for"));
        Assert.EndsWith(", 29 days left", Line(_authority.Issue("CN=a"), "valid"), StringComparison.Ordinal);
        Assert.EndsWith(", expired", Line(_authority.Issue("CN=a", from: -3, to: -1), "valid"), StringComparison.Ordinal);
        Assert.Equal("RSA, 2048 bits", Line(_authority.Issue("CN=a", isRsa: true), "key"));
        Assert.Null(Line(_authority.Issue("CN=a"), "names"));
    }

    [Fact]
    public async Task Show_NamesWithControlCharacters_DoNotReachTheTerminal()
    {
        var file = _files.Write("a.crt", _authority.Issue("CN=\"\u001b[2Jx\"").Pem);
        var (_, output, _) = await InProcess.RunAsync("cert", "show", file);
        Assert.DoesNotContain('\u001b', output);
        Assert.Contains("\ufffd[2Jx", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Show_OfAFile_LeavesKeysOut_AndShowsTheRest()
    {
        var pair = _authority.Issue("CN=a");
        var file = _files.Write("all.pem", $"text\n{pair.KeyPem}{pair.Pem}{_authority.RevocationListPem()}");
        var (code, output, _) = await InProcess.RunAsync("cert", "show", file);
        Assert.Equal(0, code);
        Assert.Equal(2, output.Split('\n').Count(line => line == file));
        Assert.Contains("  list of   CN=test authority\n", output, StringComparison.Ordinal);
        Assert.DoesNotContain("PRIVATE", output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n")]
    [InlineData("-----BEGIN X509 CRL-----\nAAAA\n-----END X509 CRL-----\n")]
    [InlineData("-----BEGIN X509 CRL-----\nMAA=\n-----END X509 CRL-----\n")]
    public async Task Show_OfDamagedContent_NamesTheFile(string pem)
    {
        var file = _files.Write("bad.pem", pem);
        var (code, _, error) = await InProcess.RunAsync("cert", "show", file);
        Assert.Equal(1, code);
        Assert.StartsWith($"Error: {file}: ", error, StringComparison.Ordinal);
    }

    [Fact]
    public void Lists_WithAnyDamage_AreReadOrRefused()
    {
        _authority.Revoke(_authority.Issue("CN=a").Certificate);
        var random = new Random(20261129);
        var original = _authority.RevocationList();
        var refused = 0;
        for (var round = 0; round < 3000; round++)
        {
            var damaged = (byte[])original.Clone();
            for (var changes = random.Next(1, 4); changes > 0; changes--)
            {
                damaged[random.Next(damaged.Length)] = (byte)random.Next(256);
            }

            try
            {
                Assert.NotEmpty(RevocationSummary.Of(damaged));
            }
            catch (Exception damage) when (damage is AsnContentException or CryptographicException)
            {
                refused++;
            }
        }

        Assert.InRange(refused, 300, 2900);
    }

    private static string? Line(TestCertificate certificate, string name)
    {
        using var shown = X509CertificateLoader.LoadCertificate(certificate.Certificate.RawData);
        return CertificateSummary.Of(shown, Now).FirstOrDefault(line => line.Name == name).Value;
    }
}
