using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace MetaStore.Cli.Certificates;

/// <summary>A certificate in lines of text.</summary>
internal static class CertificateSummary
{
    /// <summary>Name and value of each line.</summary>
    public static IEnumerable<(string Name, string Value)> Of(X509Certificate2 certificate, DateTimeOffset now)
    {
        yield return ("subject", certificate.Subject);
        yield return ("issuer", certificate.Issuer);
        yield return ("serial", certificate.SerialNumber);
        var left = certificate.NotAfter.ToUniversalTime() - now.UtcDateTime;
        yield return ("valid", $"{certificate.NotBefore.ToUniversalTime():u} to {certificate.NotAfter.ToUniversalTime():u}, {(left < TimeSpan.Zero ? "expired" : $"{(int)left.TotalDays} days left")}");
        yield return ("for", PurposesOf(certificate));
        if (certificate.Extensions.OfType<X509SubjectAlternativeNameExtension>().FirstOrDefault() is { } names)
        {
            yield return ("names", string.Join(", ", names.EnumerateDnsNames().Concat(names.EnumerateIPAddresses().Select(address => address.ToString()))));
        }

        yield return ("key", KeyOf(certificate));
        yield return ("sha256", certificate.GetCertHashString(HashAlgorithmName.SHA256));
    }

    private static string PurposesOf(X509Certificate2 certificate)
    {
        if (certificate.Extensions.OfType<X509BasicConstraintsExtension>().Any(constraints => constraints.CertificateAuthority))
        {
            return "signing certificates";
        }

        var purposes = certificate.Extensions.OfType<X509EnhancedKeyUsageExtension>().SelectMany(usage => usage.EnhancedKeyUsages.Cast<Oid>()).Select(oid => oid.Value switch
        {
            "1.3.6.1.5.5.7.3.1" => "servers",
            "1.3.6.1.5.5.7.3.2" => "clients",
            var other => other ?? string.Empty,
        }).ToArray();
        return purposes.Length == 0 ? "anything" : string.Join(", ", purposes);
    }

    private static string KeyOf(X509Certificate2 certificate)
    {
        using var ecdsa = certificate.GetECDsaPublicKey();
        using var rsa = certificate.GetRSAPublicKey();
        return ecdsa is not null ? $"ECDSA, {ecdsa.KeySize} bits" : rsa is not null ? $"RSA, {rsa.KeySize} bits" : certificate.PublicKey.Oid.FriendlyName ?? "unknown";
    }
}
