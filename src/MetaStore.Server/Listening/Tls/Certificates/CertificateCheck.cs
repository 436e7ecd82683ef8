using System.Security.Cryptography.X509Certificates;

namespace MetaStore.Server.Listening.Tls.Certificates;

/// <summary>Judges another's certificate: chain, purpose, revocation and names. The network is never asked.</summary>
/// <param name="names">Which names it must have.</param>
/// <param name="requiresFreshLists">A list past its next update refuses, instead of going on to count.</param>
/// <param name="time">For the age of lists.</param>
internal sealed class CertificateCheck(AllowedNames names, bool requiresFreshLists, TimeProvider time)
{
    /// <summary>Why a certificate is refused; null when it is accepted.</summary>
    /// <param name="trust">By what.</param>
    /// <param name="leaf">The other's.</param>
    /// <param name="chain">Built from <paramref name="leaf"/> for its purpose.</param>
    public string? WhyRefused(CertificateTrust trust, X509Certificate2 leaf, X509Chain chain) =>
        trust.WhyUntrusted(chain) ?? trust.WhyRevoked(chain, requiresFreshLists ? time.GetUtcNow() : null) ?? names.WhyOfAnother(leaf);

    /// <summary>The same, with a chain of the certificates that the other sent.</summary>
    /// <param name="trust">By what.</param>
    /// <param name="leaf">The other's.</param>
    /// <param name="sent">What it sent besides; may hold the leaf.</param>
    /// <param name="purpose">One of <see cref="KeyPurpose"/>.</param>
    public string? WhyRefused(CertificateTrust trust, X509Certificate2 leaf, X509Certificate2Collection sent, string purpose)
    {
        using var chain = new X509Chain { ChainPolicy = trust.ChainPolicy(purpose) };
        chain.ChainPolicy.ExtraStore.AddRange(sent);
        chain.Build(leaf);
        return WhyRefused(trust, leaf, chain);
    }
}
