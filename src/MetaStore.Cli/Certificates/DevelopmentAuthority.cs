using System.Numerics;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using MetaStore.Cli.CommandLine;

namespace MetaStore.Cli.Certificates;

/// <summary>A certificate authority whose key is in a file: for development, tests and small installations.</summary>
internal sealed class DevelopmentAuthority : IDisposable
{
    private const string RevocationListLabel = "X509 CRL";
    private const int SerialBytes = 16;
    private const int RsaBits = 3072;

    private readonly CertificateFolder _folder;
    private readonly X509Certificate2 _certificate;
    private readonly FileStream _exclusive;

    private DevelopmentAuthority(CertificateFolder folder, X509Certificate2 certificate, FileStream exclusive) =>
        (_folder, _certificate, _exclusive) = (folder, certificate, exclusive);

    /// <summary>Makes an authority, with an empty list of revoked certificates: members that have the list from the start notice when it changes.</summary>
    public static void Create(CertificateFolder folder, string commonName, int days, bool isRsa, bool overwrite)
    {
        using var key = NewKey(isRsa);
        var plan = new CertificateRequestPlan(commonName, [], days, CertificatePurpose.Authority);
        var (from, to) = plan.Validity(DateTimeOffset.UtcNow);
        using var certificate = plan.ToRequest(key).CreateSelfSigned(from, to);
        folder.WritePair(CertificateFolder.Authority, certificate.ExportCertificatePem(), key.ExportPkcs8PrivateKeyPem(), overwrite);
        folder.WriteRevocationList(Sign(new CertificateRevocationListBuilder(), certificate, BigInteger.One, days));
    }

    /// <summary>Opens the authority of a folder. While it is open, no other process can open it: of two lists made at once one would be lost.</summary>
    /// <exception cref="UsageException">There is none, its files cannot be used, or another process has it open.</exception>
    public static DevelopmentAuthority Open(CertificateFolder folder)
    {
        var (certificateFile, keyFile) = (folder.Certificate(CertificateFolder.Authority), folder.Key(CertificateFolder.Authority));
        FileStream? exclusive = null;
        try
        {
            exclusive = new FileStream(keyFile, FileMode.Open, FileAccess.ReadWrite, FileShare.None);
            using var reader = new StreamReader(exclusive, leaveOpen: true);
            return new DevelopmentAuthority(folder, X509Certificate2.CreateFromPem(File.ReadAllText(certificateFile), reader.ReadToEnd()), exclusive);
        }
        catch (Exception unusable) when (unusable is IOException or UnauthorizedAccessException or CryptographicException or ArgumentException)
        {
            exclusive?.Dispose();
            throw new UsageException($"there is no authority to sign with: {unusable.Message}; metactl cert ca makes one", ExitCodes.Error);
        }
    }

    /// <summary>Makes a certificate with a new key and writes both.</summary>
    /// <exception cref="UsageException">It would outlive the authority, or one of the files exists.</exception>
    public void Issue(string name, CertificateRequestPlan plan, bool isRsa, bool overwrite)
    {
        var (from, to) = plan.Validity(DateTimeOffset.UtcNow);
        if (to > _certificate.NotAfter)
        {
            throw new UsageException($"--days must be at most {Math.Max(0, (int)(_certificate.NotAfter - DateTimeOffset.UtcNow).TotalDays)}: the authority's certificate ends at {_certificate.NotAfter.ToUniversalTime():u}");
        }

        using var key = NewKey(isRsa);
        var request = plan.ToRequest(key);
        request.CertificateExtensions.Add(X509AuthorityKeyIdentifierExtension.CreateFromCertificate(_certificate, includeKeyIdentifier: true, includeIssuerAndSerial: false));
        var serial = RandomNumberGenerator.GetBytes(SerialBytes);
        serial[0] = (byte)((serial[0] & 0x7f) | 0x40); // positive, and of full length
        using AsymmetricAlgorithm authority = (AsymmetricAlgorithm?)_certificate.GetECDsaPrivateKey() ?? _certificate.GetRSAPrivateKey()!;
        var generator = authority is ECDsa ecdsa ? X509SignatureGenerator.CreateForECDsa(ecdsa) : X509SignatureGenerator.CreateForRSA((RSA)authority, RSASignaturePadding.Pkcs1);
        using var certificate = request.Create(_certificate.SubjectName, generator, from, to, serial);
        _folder.WritePair(name, certificate.ExportCertificatePem(), key.ExportPkcs8PrivateKeyPem(), overwrite);
    }

    /// <summary>Adds certificates to the list, those that are on it already too: the list gets a new number and a new date in any case.</summary>
    /// <param name="serials">Serial numbers.</param>
    /// <param name="days">When the next list is due.</param>
    public void Revoke(IReadOnlyList<byte[]> serials, int days)
    {
        var (builder, number) = File.Exists(_folder.RevocationList)
            ? (CertificateRevocationListBuilder.LoadPem(File.ReadAllText(_folder.RevocationList), out var last), last + 1)
            : (new CertificateRevocationListBuilder(), BigInteger.One);
        foreach (var serial in serials)
        {
            builder.RemoveEntry(serial);
            builder.AddEntry(serial, DateTimeOffset.UtcNow);
        }

        _folder.WriteRevocationList(Sign(builder, _certificate, number, days));
    }

    /// <summary>True when it signed a certificate, as far as names and key identifiers say.</summary>
    public bool IsIssuerOf(X509Certificate2 certificate) => certificate.IssuerName.RawData.AsSpan().SequenceEqual(_certificate.SubjectName.RawData);

    /// <inheritdoc/>
    public void Dispose()
    {
        _certificate.Dispose();
        _exclusive.Dispose();
    }

    private static AsymmetricAlgorithm NewKey(bool isRsa) => isRsa ? RSA.Create(RsaBits) : ECDsa.Create(ECCurve.NamedCurves.nistP256);

    private static string Sign(CertificateRevocationListBuilder builder, X509Certificate2 authority, BigInteger number, int days)
    {
        var now = DateTimeOffset.UtcNow;
        var encoded = builder.Build(authority, number, now.AddDays(days), HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1, now);
        return PemEncoding.WriteString(RevocationListLabel, encoded);
    }
}
