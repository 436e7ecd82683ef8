using System.Security.Cryptography.X509Certificates;
using MetaStore.Server.Listening.Tls.Certificates;

namespace MetaStore.Server.Listening.Tls.Clients;

/// <summary>Judges a client's certificate: chain, purpose, revocation and names. The network is never asked.</summary>
/// <param name="allowedNames">The certificate must have one of them among its SANs; empty for no such rule.</param>
/// <param name="requiresFreshLists">A list past its next update refuses, instead of going on to count.</param>
/// <param name="time">For the age of lists.</param>
internal sealed class ClientCertificateCheck(IReadOnlyList<string> allowedNames, bool requiresFreshLists, TimeProvider time)
{
    /// <summary>Why a certificate is refused; null when it is accepted.</summary>
    /// <param name="trust">By what.</param>
    /// <param name="leaf">The client's.</param>
    /// <param name="chain">Built from <paramref name="leaf"/> for client authentication.</param>
    public string? WhyRefused(CertificateTrust trust, X509Certificate2 leaf, X509Chain chain) =>
        trust.WhyUntrusted(chain) ?? trust.WhyRevoked(chain, requiresFreshLists ? time.GetUtcNow() : null) ?? WhyOfAnother(leaf);

    /// <summary>The same, with a chain of the certificates that the client sent.</summary>
    public string? WhyRefused(CertificateTrust trust, X509Certificate2 leaf, X509Certificate2Collection sent)
    {
        using var chain = new X509Chain { ChainPolicy = trust.ChainPolicy(KeyPurpose.ClientAuthentication) };
        chain.ChainPolicy.ExtraStore.AddRange(sent);
        chain.Build(leaf);
        return WhyRefused(trust, leaf, chain);
    }

    private string? WhyOfAnother(X509Certificate2 leaf) =>
        allowedNames.Count == 0 || allowedNames.Any(name => leaf.MatchesHostname(name, allowWildcards: true, allowCommonName: false))
            ? null
            : "it has none of the names of client-cert-allowed-hostname";
}
