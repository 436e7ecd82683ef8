namespace MetaStore.Server.Configuration.Options.Tls;

/// <summary>TLS on the addresses of clients and metrics. Paths are relative to the working directory; empty means not given.</summary>
public sealed class TlsOptions
{
    /// <summary>PEM of the server's certificate, the chain following the leaf.</summary>
    public string CertFile { get; set; } = "";

    /// <summary>PEM of its private key, not encrypted: PKCS#1, SEC1 or PKCS#8.</summary>
    public string KeyFile { get; set; } = "";

    /// <summary>PEM of the certificate authorities that client certificates must come from. Given, it makes them mandatory.</summary>
    public string TrustedCaFile { get; set; } = "";

    /// <summary>Client certificates are mandatory, and their common names are names of users while auth is on. Default false.</summary>
    public bool ClientCertAuth { get; set; }

    /// <summary>DER or PEM of revocation lists.</summary>
    public string CrlFile { get; set; } = "";

    /// <summary>Names of which a client certificate must have one among its SANs. Default none: any client certificate passes.</summary>
    public string[] AllowedHostnames { get; set; } = [];

    /// <summary>PEM of the certificate that this member shows when it calls another member's client address. Default: <see cref="CertFile"/>.</summary>
    public string ClientCertFile { get; set; } = "";

    /// <summary>Its private key.</summary>
    public string ClientKeyFile { get; set; } = "";

    /// <summary>Make a self-signed pair in the data directory when no pair is given. Default false.</summary>
    public bool AutoTls { get; set; }

    /// <summary>Years that such a certificate is valid. 1 to 1,000, default 1.</summary>
    public int SelfSignedValidityYears { get; set; } = 1;

    /// <summary>IANA names of cipher suites below TLS 1.3. Default none: the runtime's.</summary>
    public string[] CipherSuites { get; set; } = [];

    /// <summary>Lowest version. Default "TLS1.2".</summary>
    public string MinVersion { get; set; } = Tls12;

    /// <summary>Highest version. Empty (the default) means the highest that there is.</summary>
    public string MaxVersion { get; set; } = "";

    /// <summary>Refuse client certificates when the revocation list of their issuer is past its next update. Default false: it goes on being enforced.</summary>
    public bool CrlRequireFresh { get; set; }

    /// <summary>Refuse the start when other machines can reach an address of clients or peers without TLS. Default false.</summary>
    public bool RequireTls { get; set; }

    /// <summary>TLS 1.2 as the settings name it.</summary>
    internal const string Tls12 = "TLS1.2";

    /// <summary>TLS 1.3 as the settings name it.</summary>
    internal const string Tls13 = "TLS1.3";

    /// <summary>True when a pair is given, half of it included.</summary>
    internal bool HasPair => CertFile.Length > 0 || KeyFile.Length > 0;

    /// <summary>True when a client without a certificate is refused.</summary>
    internal bool DemandsCertificates => ClientCertAuth || TrustedCaFile.Length > 0;
}
