using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using MetaStore.Server.Listening.Tls.Peers;
using MetaStore.Testing.Certificates;

namespace MetaStore.Server.Tests.Listening.Tls.Peers;

/// <summary>From where a member with a certificate may connect. Names are looked up in the hosts file of every machine only.</summary>
public sealed class PeerAddressCheckTests : IDisposable
{
    private readonly TestAuthority _authority = TestAuthority.Create();

    public void Dispose() => _authority.Dispose();

    [Theory]
    [InlineData("", "203.0.113.9")]
    [InlineData("10.0.0.1", "10.0.0.1")]
    [InlineData("10.0.0.1,10.0.0.2", "10.0.0.2")]
    [InlineData("10.0.0.1", "::ffff:10.0.0.1")]
    [InlineData("2001:db8::1", "2001:db8:0::1")]
    [InlineData("localhost", "127.0.0.1")]
    [InlineData("10.0.0.1,localhost", "127.0.0.1")]
    public void Address_OfTheCertificate_OrOfItsName_Passes(string sans, string remote) => Assert.Null(Why(sans, remote));

    [Theory]
    [InlineData("10.0.0.1", "10.0.0.2", "its certificate is for 10.0.0.1 and not for its address")]
    [InlineData("10.0.0.1,2001:db8::1", "2001:db8::2", "its certificate is for 10.0.0.1, 2001:db8::1 and not for its address")]
    [InlineData("name.invalid", "127.0.0.1", "its certificate is for name.invalid and not for its address")]
    [InlineData("*.invalid", "127.0.0.1", "its certificate is for *.invalid and not for its address")]
    public void OtherAddress_IsRefused_WithWhatTheCertificateIsFor(string sans, string remote, string why) => Assert.Equal(why, Why(sans, remote));

    [Fact]
    public void Sans_ThatCannotBeRead_AreRefused()
    {
        using ECDsa key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=x", key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509Extension("2.5.29.17", [0x30, 0x05, 0x82, 0x01], critical: false));
        using X509Certificate2 certificate = request.CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(1));
        using X509Certificate2 read = X509CertificateLoader.LoadCertificate(certificate.RawData);
        Assert.Equal("the SANs of its certificate cannot be read", PeerAddressCheck.WhyElsewhere(read, IPAddress.Loopback));
    }

    private string? Why(string sans, string remote)
    {
        string[] names = sans.Split(',', StringSplitOptions.RemoveEmptyEntries);
        using X509Certificate2 leaf = X509CertificateLoader.LoadCertificate(_authority.Issue("CN=member", names).Certificate.RawData);
        return PeerAddressCheck.WhyElsewhere(leaf, IPAddress.Parse(remote));
    }
}
