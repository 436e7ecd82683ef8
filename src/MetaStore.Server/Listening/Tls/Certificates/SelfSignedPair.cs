using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using MetaStore.IO;

namespace MetaStore.Server.Listening.Tls.Certificates;

/// <summary>The pair of <c>--auto-tls</c> or <c>--peer-auto-tls</c>: made once, in <c>fixtures</c> of the data directory, and kept over restarts. It does not prove which member it is.</summary>
internal static class SelfSignedPair
{
    private const string Folder = "fixtures";

    /// <summary>The paths of certificate and key; makes both when they are not there. Readable by the owner only, and durable when it returns.</summary>
    /// <param name="disk">Holds the data directory.</param>
    /// <param name="dataDirectory">Exists.</param>
    /// <param name="port">Name of the folder in <c>fixtures</c>: "client" or "peer".</param>
    /// <param name="hosts">Addresses and names that clients use; they become the SANs.</param>
    /// <param name="years">Validity.</param>
    /// <exception cref="IOException">They cannot be written.</exception>
    public static (string Certificate, string Key) Ensure(IDisk disk, string dataDirectory, string port, IEnumerable<string> hosts, int years)
    {
        var fixtures = Path.Combine(dataDirectory, Folder);
        var folder = Path.Combine(fixtures, port);
        var (certificatePath, keyPath) = (Path.Combine(folder, "cert.pem"), Path.Combine(folder, "key.pem"));
        if (disk.FileExists(certificatePath) && disk.FileExists(keyPath))
        {
            return (certificatePath, keyPath);
        }

        disk.CreateDirectory(fixtures);
        disk.CreateDirectory(folder);
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using var certificate = Make(key, hosts, years);

        if (disk.FileExists(certificatePath))
        {
            // Its key is gone. Beside the new key it would be a pair that does not fit.
            disk.Delete(certificatePath);
            disk.SyncDirectory(folder);
        }

        // The key first: a crash in between leaves a key without a certificate, and the next start makes both again.
        Write(disk, keyPath, key.ExportPkcs8PrivateKeyPem());
        disk.SyncDirectory(folder);
        Write(disk, certificatePath, certificate.ExportCertificatePem());
        disk.SyncDirectory(folder);
        disk.SyncDirectory(fixtures);
        disk.SyncDirectory(dataDirectory);
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

    /// <summary>A power cut leaves the whole file or none: an empty one would be refused at every later start.</summary>
    private static void Write(IDisk disk, string path, string text)
    {
        var temporary = path + ".tmp";
        using (var file = disk.Open(temporary, DiskOpenMode.Create))
        {
            file.Write(0, Encoding.ASCII.GetBytes(text + "\n"));
            file.FullSync();
        }

        disk.Rename(temporary, path);
    }
}
