using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using MetaStore.Cli.CommandLine;

namespace MetaStore.Cli.Certificates;

/// <summary>What a new certificate is to contain.</summary>
/// <param name="CommonName">Its common name.</param>
/// <param name="Hosts">Names and addresses; they become the SANs.</param>
/// <param name="Days">Validity from now.</param>
/// <param name="Purpose">Its use.</param>
internal sealed record CertificateRequestPlan(string CommonName, IReadOnlyList<string> Hosts, int Days, CertificatePurpose Purpose)
{
    private const string ServerAuthentication = "1.3.6.1.5.5.7.3.1";
    private const string ClientAuthentication = "1.3.6.1.5.5.7.3.2";

    /// <summary>Characters of a common name. Source: RFC 5280, ub-common-name.</summary>
    private const int CommonNameMax = 64;

    private const string Wildcard = "*.";

    /// <summary>A certificate is valid some minutes before it was made: the clocks of other machines may be slow.</summary>
    private static readonly TimeSpan Skew = TimeSpan.FromMinutes(5);

    /// <summary>The request, to be signed.</summary>
    /// <param name="key">ECDSA or RSA.</param>
    /// <exception cref="UsageException">The common name or a host cannot be in a certificate.</exception>
    public CertificateRequest ToRequest(AsymmetricAlgorithm key)
    {
        if (CommonName.Length is 0 or > CommonNameMax)
        {
            throw new UsageException($"a common name has 1 to {CommonNameMax} characters; --cn sets it");
        }

        var subject = new X500DistinguishedNameBuilder();
        subject.AddCommonName(CommonName);
        var name = subject.Build();
        var request = key is RSA rsa
            ? new CertificateRequest(name, rsa, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1)
            : new CertificateRequest(name, (ECDsa)key, HashAlgorithmName.SHA256);
        var isAuthority = Purpose == CertificatePurpose.Authority;
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(isAuthority, false, 0, critical: true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(
            isAuthority ? X509KeyUsageFlags.KeyCertSign | X509KeyUsageFlags.CrlSign
                : X509KeyUsageFlags.DigitalSignature | (key is RSA ? X509KeyUsageFlags.KeyEncipherment : X509KeyUsageFlags.None),
            critical: true));
        request.CertificateExtensions.Add(new X509SubjectKeyIdentifierExtension(request.PublicKey, critical: false));
        if (!isAuthority)
        {
            OidCollection purposes = Purpose == CertificatePurpose.Member ? [new Oid(ServerAuthentication), new Oid(ClientAuthentication)] : [new Oid(ClientAuthentication)];
            request.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension(purposes, critical: false));
        }

        if (Hosts.Count > 0)
        {
            request.CertificateExtensions.Add(NamesOf(Hosts));
        }

        return request;
    }

    /// <summary>First and last moment of its validity.</summary>
    public (DateTimeOffset From, DateTimeOffset To) Validity(DateTimeOffset now) => (now - Skew, now.AddDays(Days));

    private static X509Extension NamesOf(IEnumerable<string> hosts)
    {
        var names = new SubjectAlternativeNameBuilder();
        foreach (var host in hosts.Distinct(StringComparer.OrdinalIgnoreCase))
        {
            if (IPAddress.TryParse(host, out var address))
            {
                names.AddIpAddress(address);
            }
            else
            {
                names.AddDnsName(IsName(host) ? host : throw new UsageException($"--hosts: \"{host}\" is neither a name nor an address"));
            }
        }

        return names.Build();
    }

    /// <summary>A host name, which may be international, or a wildcard for the names of a domain.</summary>
    private static bool IsName(string host)
    {
        string name = host.StartsWith(Wildcard, StringComparison.Ordinal) ? host[Wildcard.Length..] : host;

        // Names of services begin with an underscore, which .NET does not take at the beginning of a label.
        return Uri.CheckHostName(name.Replace('_', 'a')) == UriHostNameType.Dns;
    }
}
