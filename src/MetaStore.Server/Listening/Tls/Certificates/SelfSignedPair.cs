using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace MetaStore.Server.Listening.Tls.Certificates;

/// <summary>The pair of <c>--auto-tls</c>: made once, in <c>fixtures/client</c> of the data directory, and kept over restarts. It proves to no client which member it is.</summary>
internal static class SelfSignedPair
{
    private const UnixFileMode OwnerFolder = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;
    private const UnixFileMode OwnerFile = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    /// <summary>The paths of certificate and key; makes both when they are not there.</summary>
    /// <param name="dataDirectory">Exists.</param>
    /// <param name="hosts">Addresses and names that clients use; they become the SANs.</param>
    /// <param name="years">Validity.</param>
    /// <exception cref="IOException">They cannot be written.</exception>
    public static (string Certificate, string Key) Ensure(string dataDirectory, IEnumerable<string> hosts, int years)
    {
        var folder = Path.Combine(dataDirectory, "fixtures", "client");
        var (certificatePath, keyPath) = (Path.Combine(folder, "cert.pem"), Path.Combine(folder, "key.pem"));
        if (File.Exists(certificatePath) && File.Exists(keyPath))
        {
            return (certificatePath, keyPath);
        }

        MakeFolder(folder);
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using var certificate = Make(key, hosts, years);

        // The key first: a crash in between leaves a key without a certificate, and the next start makes both again.
        Write(keyPath, key.ExportPkcs8PrivateKeyPem());
        Write(certificatePath, certificate.ExportCertificatePem());
        return (certificatePath, keyPath);
    }

    private static X509Certificate2 Make(ECDsa key, IEnumerable<string> hosts, int years)
    {
        var request = new CertificateRequest("O=metastore", key, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        foreach (var host in hosts.Distinct(StringComparer.Ordinal))
        {
            if (IPAddress.TryParse(host, out var address))
            {
                names.AddIpAddress(address);
            }
            else
            {
                names.AddDnsName(host);
            }
        }

        request.CertificateExtensions.Add(names.Build());
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(false, false, 0, critical: true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.DigitalSignature | X509KeyUsageFlags.KeyEncipherment, critical: true));
        request.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension([new Oid(KeyPurpose.ServerAuthentication), new Oid(KeyPurpose.ClientAuthentication)], critical: false));
        var now = DateTimeOffset.UtcNow;
        return request.CreateSelfSigned(now, now.AddYears(years));
    }

    /// <summary>For the owner from the beginning, not only after a later change of mode.</summary>
    private static void MakeFolder(string folder)
    {
        if (OperatingSystem.IsWindows())
        {
            Directory.CreateDirectory(folder);
        }
        else
        {
            Directory.CreateDirectory(folder, OwnerFolder);
        }
    }

    private static void Write(string path, string text)
    {
        var options = new FileStreamOptions { Mode = FileMode.Create, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = OwnerFile;
        }

        using var writer = new StreamWriter(path, options);
        writer.Write(text + "\n");
    }
}
