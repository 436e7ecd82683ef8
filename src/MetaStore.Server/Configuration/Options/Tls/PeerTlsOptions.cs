namespace MetaStore.Server.Configuration.Options.Tls;

/// <summary>TLS between members, and what they prove to each other. Paths are relative to the working directory; empty means not given.</summary>
public sealed class PeerTlsOptions
{
    /// <summary>PEM of the certificate for https peer addresses, the chain following the leaf. Shown to other members too.</summary>
    public string CertFile { get; set; } = "";

    /// <summary>PEM of its private key, not encrypted: PKCS#1, SEC1 or PKCS#8.</summary>
    public string KeyFile { get; set; } = "";

    /// <summary>PEM of the authorities that certificates of members must come from. Given, it makes them mandatory.</summary>
    public string TrustedCaFile { get; set; } = "";

    /// <summary>Members that connect must show a certificate. Default false; <see cref="TrustedCaFile"/> alone does the same.</summary>
    public bool ClientCertAuth { get; set; }

    /// <summary>DER or PEM of revocation lists.</summary>
    public string CrlFile { get; set; } = "";

    /// <summary>Common names of which a member's certificate must have one. Default none: any passes.</summary>
    public string[] AllowedCommonNames { get; set; } = [];

    /// <summary>Names of which a member's certificate must have one among its SANs. Default none: any passes.</summary>
    public string[] AllowedHostnames { get; set; } = [];

    /// <summary>PEM of the certificate that this member shows when it connects to another. Default: <see cref="CertFile"/>.</summary>
    public string ClientCertFile { get; set; } = "";

    /// <summary>Its private key.</summary>
    public string ClientKeyFile { get; set; } = "";

    /// <summary>Make a self-signed pair in the data directory when no pair is given. Default false.</summary>
    public bool AutoTls { get; set; }

    /// <summary>Do not compare the address of a member that connects with the SANs of its certificate. Default false.</summary>
    public bool SkipClientSanVerification { get; set; }

    /// <summary>Secrets that members prove to have, one a line: the first proves, each is accepted.</summary>
    public string SecretFile { get; set; } = "";

    /// <summary>True when a pair is given, half of it included.</summary>
    internal bool HasPair => CertFile.Length > 0 || KeyFile.Length > 0;

    /// <summary>True when a member without a certificate is refused.</summary>
    internal bool DemandsCertificates => ClientCertAuth || TrustedCaFile.Length > 0;
}
