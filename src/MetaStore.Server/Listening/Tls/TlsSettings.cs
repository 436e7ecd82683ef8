using System.Net.Security;
using System.Security.Authentication;
using MetaStore.Server.Listening.Tls.Certificates;

namespace MetaStore.Server.Listening.Tls;

/// <summary>What TLS on a port is made of. Paths are read at the start and looked at again every half second.</summary>
internal sealed record TlsSettings
{
    /// <summary>PEM of the certificate and its chain; null when the port does not listen with TLS.</summary>
    public string? CertificateFile { get; init; }

    /// <summary>PEM of its key; null with <see cref="CertificateFile"/>.</summary>
    public string? KeyFile { get; init; }

    /// <summary>PEM of the authorities of clients; null when clients show no certificates.</summary>
    public string? AuthoritiesFile { get; init; }

    /// <summary>Revocation lists; null for none. Means something with <see cref="AuthoritiesFile"/> only.</summary>
    public string? RevocationFile { get; init; }

    /// <summary>The common name of a client's certificate names a user.</summary>
    public bool CertificatesNameUsers { get; init; }

    /// <summary>Names that certificates of others must have.</summary>
    public required AllowedNames Names { get; init; }

    /// <summary>See <see cref="CertificateCheck"/>.</summary>
    public bool RequiresFreshLists { get; init; }

    /// <summary>On the peer port: the address of a member that connects must be among the SANs of its certificate.</summary>
    public bool ChecksAddresses { get; init; }

    /// <summary>PEM of the certificate for calls to other members; null for the port's own.</summary>
    public string? MemberCertificateFile { get; init; }

    /// <summary>PEM of its key.</summary>
    public string? MemberKeyFile { get; init; }

    /// <summary>The pair is self-signed, so other members' are, and cannot be verified.</summary>
    public bool IsSelfSigned { get; init; }

    /// <summary>Versions of TLS.</summary>
    public SslProtocols Protocols { get; init; } = SslProtocols.Tls12 | SslProtocols.Tls13;

    /// <summary>Cipher suites; empty for the runtime's.</summary>
    public IReadOnlyList<TlsCipherSuite> CipherSuites { get; init; } = [];

    /// <summary>The policy of <see cref="CipherSuites"/>; null for the runtime's, and where the system does not let them be chosen.</summary>
    /// <exception cref="PlatformNotSupportedException">The runtime has none of them.</exception>
    public CipherSuitesPolicy? CipherSuitesPolicy() =>
        CipherSuites.Count == 0 || OperatingSystem.IsWindows() || OperatingSystem.IsAndroid() ? null : new CipherSuitesPolicy(CipherSuites);
}
