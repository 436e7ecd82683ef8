using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace MetaStore.Testing.Certificates;

/// <summary>A certificate authority of one test.</summary>
public sealed class TestAuthority : IDisposable
{
    private const string ServerAuthentication = "1.3.6.1.5.5.7.3.1";
    private const string ClientAuthentication = "1.3.6.1.5.5.7.3.2";

    private static int s_serial = 1000;

    private readonly List<X509Certificate2> _made = [];
    private readonly CertificateRevocationListBuilder _revoked = new();
    private int _lists = 1;

    private TestAuthority(X509Certificate2 certificate) => Certificate = certificate;

    /// <summary>Its own certificate, with the key.</summary>
    public X509Certificate2 Certificate { get; }

    /// <summary>The same in PEM, without the key.</summary>
    public string Pem => Certificate.ExportCertificatePem() + "\n";

    /// <summary>Makes a root.</summary>
    public static TestAuthority Create(string name = "test authority")
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = RequestOf($"CN={name}", key, canSign: true);
        return new TestAuthority(request.CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-30), DateTimeOffset.UtcNow.AddDays(365)));
    }

    /// <summary>Makes an authority below this one.</summary>
    public TestAuthority CreateIntermediate(string name = "test intermediate")
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using var certificate = Sign(RequestOf($"CN={name}", key, canSign: true), DateTimeOffset.UtcNow.AddDays(-10), DateTimeOffset.UtcNow.AddDays(300));
        return new TestAuthority(certificate.CopyWithPrivateKey(key));
    }

    /// <summary>Makes a certificate; it stays the authority's.</summary>
    /// <param name="subject">For example "CN=alice".</param>
    /// <param name="sans">Names and addresses.</param>
    /// <param name="from">Days from now.</param>
    /// <param name="to">Days from now.</param>
    /// <param name="forServers">Among its purposes.</param>
    /// <param name="forClients">Among its purposes.</param>
    /// <param name="isRsa">RSA in place of ECDSA.</param>
    public TestCertificate Issue(
        string subject, string[]? sans = null, double from = -1, double to = 30, bool forServers = true, bool forClients = true, bool isRsa = false)
    {
        using AsymmetricAlgorithm key = isRsa ? RSA.Create(2048) : ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = RequestOf(subject, key, canSign: false);
        var names = new SubjectAlternativeNameBuilder();
        foreach (var san in sans ?? [])
        {
            if (IPAddress.TryParse(san, out var address))
            {
                names.AddIpAddress(address);
            }
            else
            {
                names.AddDnsName(san);
            }
        }

        if (sans is { Length: > 0 })
        {
            request.CertificateExtensions.Add(names.Build());
        }

        var purposes = new OidCollection();
        if (forServers)
        {
            purposes.Add(new Oid(ServerAuthentication));
        }

        if (forClients)
        {
            purposes.Add(new Oid(ClientAuthentication));
        }

        if (purposes.Count > 0)
        {
            request.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension(purposes, critical: false));
        }

        using var bare = Sign(request, DateTimeOffset.UtcNow.AddDays(from), DateTimeOffset.UtcNow.AddDays(to));
        var certificate = key is RSA rsa ? bare.CopyWithPrivateKey(rsa) : bare.CopyWithPrivateKey((ECDsa)key);
        _made.Add(certificate);
        return new TestCertificate(certificate);
    }

    /// <summary>A server's certificate for loopback.</summary>
    public TestCertificate IssueServer(string name = "CN=server") => Issue(name, ["localhost", "127.0.0.1"]);

    /// <summary>Puts a certificate on the list.</summary>
    public void Revoke(X509Certificate2 certificate) => _revoked.AddEntry(certificate);

    /// <summary>The list as it is now, in DER.</summary>
    /// <param name="nextUpdate">Days from now.</param>
    public byte[] RevocationList(double nextUpdate = 7)
    {
        var thisUpdate = DateTimeOffset.UtcNow.AddDays(Math.Min(nextUpdate, 0) - 1).AddSeconds(_lists);
        return _revoked.Build(Certificate, _lists++, DateTimeOffset.UtcNow.AddDays(nextUpdate), HashAlgorithmName.SHA256, thisUpdate: thisUpdate);
    }

    /// <summary>The same in PEM.</summary>
    public string RevocationListPem(double nextUpdate = 7) => new string(PemEncoding.Write("X509 CRL", RevocationList(nextUpdate))) + "\n";

    /// <inheritdoc/>
    public void Dispose()
    {
        Certificate.Dispose();
        _made.ForEach(certificate => certificate.Dispose());
    }

    private X509Certificate2 Sign(CertificateRequest request, DateTimeOffset from, DateTimeOffset to)
    {
        var serial = new byte[12];
        RandomNumberGenerator.Fill(serial);
        serial[0] = 1;
        BitConverter.TryWriteBytes(serial.AsSpan(1), Interlocked.Increment(ref s_serial));
        using var key = Certificate.GetECDsaPrivateKey()!;
        return request.Create(Certificate.SubjectName, X509SignatureGenerator.CreateForECDsa(key), from, to, serial);
    }

    private static CertificateRequest RequestOf(string subject, AsymmetricAlgorithm key, bool canSign)
    {
        var name = new X500DistinguishedName(subject);
        var request = key is RSA rsa
            ? new CertificateRequest(name, rsa, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1)
            : new CertificateRequest(name, (ECDsa)key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(canSign, false, 0, critical: true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(
            canSign ? X509KeyUsageFlags.KeyCertSign | X509KeyUsageFlags.CrlSign : X509KeyUsageFlags.DigitalSignature, critical: true));
        request.CertificateExtensions.Add(new X509SubjectKeyIdentifierExtension(request.PublicKey, critical: false));
        return request;
    }
}
