using System.Security.Cryptography.X509Certificates;

namespace MetaStore.Client;

/// <summary>TLS of a client: what it trusts and what it shows. Of use for https endpoints; others ignore it. Files are read once, when the client is created.</summary>
public sealed record ClientTlsOptions
{
    /// <summary>
    /// PEM file of the certificate authorities that members' certificates must come from, in place of the system's. Null: <see cref="Authorities"/>, or the
    /// system's.
    /// </summary>
    public string? AuthoritiesFile { get; set; }

    /// <summary>The same authorities as objects, in place of a file. They stay the caller's. Null or empty: the system's.</summary>
    public X509Certificate2Collection? Authorities { get; set; }

    /// <summary>PEM file of the certificate that is shown to members, the chain following the leaf. Together with <see cref="KeyFile"/>. Null for none.</summary>
    public string? CertificateFile { get; set; }

    /// <summary>PEM file of the private key of <see cref="CertificateFile"/>, not encrypted.</summary>
    public string? KeyFile { get; set; }

    /// <summary>The certificate that is shown, with its private key, in place of the files. Stays the caller's, until the client is disposed.</summary>
    public X509Certificate2? Certificate { get; set; }

    /// <summary>The name that members' certificates must be for. Null, the default: the host of the endpoint.</summary>
    public string? ServerName { get; set; }

    /// <summary>Accepts any certificate of a member: the connection is encrypted, and may end at anyone. For tests. Default false.</summary>
    public bool InsecureSkipVerify { get; set; }

    /// <summary>All errors of the options that can be seen without reading files.</summary>
    internal IEnumerable<string> Faults()
    {
        if (AuthoritiesFile is not null && Authorities is { Count: > 0 })
        {
            yield return $"{nameof(AuthoritiesFile)} and {nameof(Authorities)}: give one of the two";
        }

        if ((CertificateFile is null) != (KeyFile is null))
        {
            yield return $"{nameof(CertificateFile)} and {nameof(KeyFile)}: both must be given, or none";
        }

        if (CertificateFile is not null && Certificate is not null)
        {
            yield return $"{nameof(CertificateFile)} and {nameof(Certificate)}: give one of the two";
        }

        if (Certificate is { HasPrivateKey: false })
        {
            yield return $"{nameof(Certificate)}: has no private key";
        }

        if (ServerName is { Length: 0 })
        {
            yield return $"{nameof(ServerName)}: must not be empty, such as db.example.com";
        }
    }
}
