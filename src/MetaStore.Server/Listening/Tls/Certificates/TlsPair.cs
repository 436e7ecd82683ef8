using System.Net.Security;
using System.Security.Cryptography.X509Certificates;

namespace MetaStore.Server.Listening.Tls.Certificates;

/// <summary>A certificate with its private key and the chain that is shown with it. Immutable; kept by the connections that began with it.</summary>
internal sealed class TlsPair
{
    /// <summary>Makes what handshakes need, once for all of them.</summary>
    /// <param name="leaf">With its private key.</param>
    /// <param name="chain">The certificates that follow it in the file; may be empty.</param>
    public TlsPair(X509Certificate2 leaf, X509Certificate2Collection chain)
    {
        Leaf = leaf;
        Chain = chain;
        Context = SslStreamCertificateContext.Create(leaf, chain, offline: true);
    }

    /// <summary>The certificate itself.</summary>
    public X509Certificate2 Leaf { get; }

    /// <summary>What follows it.</summary>
    public X509Certificate2Collection Chain { get; }

    /// <summary>For <see cref="SslStream"/>.</summary>
    public SslStreamCertificateContext Context { get; }
}
