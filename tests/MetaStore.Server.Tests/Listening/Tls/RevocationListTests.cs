using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using MetaStore.Server.Listening.Tls.Certificates;
using MetaStore.Server.Listening.Tls.Revocation;
using MetaStore.Testing.Certificates;

namespace MetaStore.Server.Tests.Listening.Tls;

public sealed class RevocationListTests : IDisposable
{
    private readonly TestAuthority _authority = TestAuthority.Create();

    public void Dispose() => _authority.Dispose();

    [Fact]
    public void List_InDerAndPem_NamesTheRevoked()
    {
        X509Certificate2 revoked = _authority.Issue("CN=a").Certificate;
        X509Certificate2 other = _authority.Issue("CN=b").Certificate;
        _authority.Revoke(revoked);
        foreach (byte[] file in (byte[][])[_authority.RevocationList(), Encoding.ASCII.GetBytes(_authority.RevocationListPem())])
        {
            RevocationLists lists = Read(file);
            RevocationList list = lists.Of(revoked.IssuerName.RawData)!;
            Assert.Contains(SerialOf(revoked), list.Serials);
            Assert.DoesNotContain(SerialOf(other), list.Serials);
            Assert.InRange(list.NextUpdate!.Value, DateTimeOffset.UtcNow.AddDays(6), DateTimeOffset.UtcNow.AddDays(8));
            Assert.False(lists.IsAnyStale(DateTimeOffset.UtcNow));
        }
    }

    [Fact]
    public void SerialNumber_OfAnotherIssuer_IsNotRevoked()
    {
        using TestAuthority other = TestAuthority.Create("other");
        _authority.Revoke(_authority.Issue("CN=a").Certificate);
        Assert.Null(Read(_authority.RevocationList()).Of(other.Certificate.SubjectName.RawData));
    }

    [Fact]
    public void OfTwoLists_TheNewerCounts_WhateverTheirOrder()
    {
        X509Certificate2 revoked = _authority.Issue("CN=a").Certificate;
        string before = _authority.RevocationListPem();
        _authority.Revoke(revoked);
        string after = _authority.RevocationListPem();
        foreach (string file in (string[])[before + after, after + before])
        {
            Assert.Contains(SerialOf(revoked), Read(Encoding.ASCII.GetBytes(file)).Of(revoked.IssuerName.RawData)!.Serials);
        }
    }

    [Fact]
    public void List_PastItsNextUpdate_IsStale() => Assert.True(Read(_authority.RevocationList(nextUpdate: -1)).IsAnyStale(DateTimeOffset.UtcNow));

    [Fact]
    public void EmptyList_IsAList() => Assert.Empty(Read(_authority.RevocationList()).Of(_authority.Certificate.SubjectName.RawData)!.Serials);

    [Fact]
    public void ListOfAnotherAuthority_OrOfOneWithTheSameName_IsRefused()
    {
        using TestAuthority namesake = TestAuthority.Create();
        using TestAuthority other = TestAuthority.Create("other");
        Assert.Contains("is not signed by an authority", Refused(namesake.RevocationList()), StringComparison.Ordinal);
        Assert.Contains("is not signed by an authority", Refused(other.RevocationList()), StringComparison.Ordinal);
    }

    [Fact]
    public void WhatIsNoList_IsRefused_AndNotTakenForAnEmptyOne()
    {
        Assert.Contains("holds no revocation list", Refused(Encoding.ASCII.GetBytes(_authority.Pem)), StringComparison.Ordinal);
        Assert.Contains("not a revocation list in DER", Refused([]), StringComparison.Ordinal);
        Assert.Contains("not a revocation list in DER", Refused(Encoding.ASCII.GetBytes("no list")), StringComparison.Ordinal);
        Assert.Contains("not a revocation list in DER", Refused([.. _authority.RevocationList(), 0]), StringComparison.Ordinal);
        Refused(_authority.Certificate.RawData);
    }

    [Fact]
    public void EveryBitOfAList_IsCoveredByTheSignature()
    {
        _authority.Revoke(_authority.Issue("CN=a").Certificate);
        byte[] list = _authority.RevocationList();
        for (int at = 0; at < list.Length; at++)
        {
            list[at] ^= 1;
            Refused(list);
            list[at] ^= 1;
        }

        Read(list);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void ListSignedWithRsa_IsRead(bool isPss)
    {
        using var key = RSA.Create(2048);
        var request = new CertificateRequest("CN=rsa", key, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        request.CertificateExtensions.Add(new X509SubjectKeyIdentifierExtension(request.PublicKey, false));
        using X509Certificate2 authority = request.CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(1));
        var builder = new CertificateRevocationListBuilder();
        builder.AddEntry([9, 8, 7]);
        byte[] list = builder.Build(authority, 1, DateTimeOffset.UtcNow.AddDays(1), HashAlgorithmName.SHA384, isPss ? RSASignaturePadding.Pss : RSASignaturePadding.Pkcs1);
        RevocationLists read = RevocationLists.Read("a.crl", list, [authority]);
        Assert.True(CertificateSerial.TryRead([0, 9, 8, 7], out CertificateSerial serial));
        Assert.Contains(serial, read.Of(authority.SubjectName.RawData)!.Serials);
    }

    [Fact]
    public void Serial_OfMoreThanTwentyOctets_IsNone()
    {
        Assert.False(CertificateSerial.TryRead(Enumerable.Repeat((byte)1, 21).ToArray(), out _));
        Assert.True(CertificateSerial.TryRead([0, .. Enumerable.Repeat((byte)1, 20)], out CertificateSerial padded));
        Assert.True(CertificateSerial.TryRead(Enumerable.Repeat((byte)1, 20).ToArray(), out CertificateSerial plain));
        Assert.Equal(plain, padded);
    }

    private static CertificateSerial SerialOf(X509Certificate2 certificate) =>
        CertificateSerial.TryRead(certificate.SerialNumberBytes.Span, out CertificateSerial serial) ? serial : throw new ArgumentException(certificate.SerialNumber);

    private RevocationLists Read(byte[] file) => RevocationLists.Read("a.crl", file, [_authority.Certificate]);

    private string Refused(byte[] file) => Assert.Throws<TlsFileException>(() => Read(file)).Message;
}
