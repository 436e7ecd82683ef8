using System.Security.Cryptography.X509Certificates;
using MetaStore.Server.Listening.Tls.Certificates;

namespace MetaStore.Server.Listening.Tls.Clients;

/// <summary>What the verified certificate of a connection says of its client. A feature of the connection, read once, at its handshake. Immutable.</summary>
internal sealed class ClientIdentity
{
    private readonly byte[] _certificate;
    private readonly byte[][] _sent;

    /// <summary>Keeps copies of the certificates, not the objects, which end with the handshake.</summary>
    /// <param name="leaf">The client's.</param>
    /// <param name="sent">What it sent besides.</param>
    /// <param name="trust">What it was accepted by.</param>
    /// <param name="namesUser">Whether the common name counts (<c>--client-cert-auth</c>).</param>
    public ClientIdentity(X509Certificate2 leaf, X509Certificate2Collection sent, CertificateTrust trust, bool namesUser)
    {
        AcceptedBy = trust;
        CommonName = namesUser ? SubjectName.CommonNameOf(leaf) : null;
        _certificate = leaf.RawData;
        _sent = [.. sent.Select(certificate => certificate.RawData)];
    }

    /// <summary>The user that the certificate names; null when it names none, or when certificates name no users.</summary>
    public string? CommonName { get; }

    /// <summary>What the certificate was accepted by; when that has changed, it is to be judged again.</summary>
    public CertificateTrust AcceptedBy { get; }

    /// <summary>The certificate in DER. Stays this object's.</summary>
    public ReadOnlyMemory<byte> Certificate => _certificate;

    /// <summary>Judges the certificate again.</summary>
    /// <param name="whyRefused">Gets the leaf and all that was sent; what it returns is returned.</param>
    public string? Judge(Func<X509Certificate2, X509Certificate2Collection, string?> whyRefused)
    {
        X509Certificate2Collection certificates = [X509CertificateLoader.LoadCertificate(_certificate), .. _sent.Select(X509CertificateLoader.LoadCertificate)];
        try
        {
            return whyRefused(certificates[0], certificates);
        }
        finally
        {
            foreach (var certificate in certificates)
            {
                certificate.Dispose();
            }
        }
    }
}
