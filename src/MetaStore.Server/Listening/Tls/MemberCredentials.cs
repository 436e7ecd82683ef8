using System.Net.Security;
using System.Security.Cryptography.X509Certificates;
using MetaStore.Server.Listening.Tls.Certificates;

namespace MetaStore.Server.Listening.Tls;

/// <summary>How this member calls the client address of another one over TLS. Immutable; <see cref="TlsPort"/> has another one after a change.</summary>
/// <remarks>
/// The other member's certificate must name the host of its URL and come from the authorities of <c>--trusted-ca-file</c>. Without such a file it must come
/// from the system's, or from one that follows the leaf in the own <c>--cert-file</c>, or be the own certificate. With <c>--auto-tls</c> there is nothing to
/// verify it by: such calls are encrypted, and the other end is not proved.
/// </remarks>
/// <param name="isSelfSigned">The members' certificates are of auto-tls.</param>
/// <param name="shown">Shown when the other member asks for a certificate.</param>
/// <param name="own">The pair of the own client addresses.</param>
/// <param name="trust">Of <c>--trusted-ca-file</c>; null without.</param>
internal sealed class MemberCredentials(bool isSelfSigned, TlsPair shown, TlsPair own, CertificateTrust? trust)
{
    private readonly CertificateTrust _trust = trust ?? new CertificateTrust([.. own.Chain, own.Leaf]);

    /// <summary>Options for one pool of connections.</summary>
    public SslClientAuthenticationOptions Options() => new()
    {
        ClientCertificateContext = shown.Context,
        CertificateRevocationCheckMode = X509RevocationMode.NoCheck,
        CertificateChainPolicy = trust is not null
            ? trust.ChainPolicy(KeyPurpose.ServerAuthentication)
            : new X509ChainPolicy { RevocationMode = X509RevocationMode.NoCheck, DisableCertificateDownloads = true },
        RemoteCertificateValidationCallback = (_, leaf, chain, errors) => isSelfSigned || Accepts(leaf as X509Certificate2, chain, errors),
    };

    private bool Accepts(X509Certificate2? leaf, X509Chain? chain, SslPolicyErrors errors)
    {
        if (leaf is null || chain is null || (errors & ~SslPolicyErrors.RemoteCertificateChainErrors) != 0)
        {
            return false;
        }

        if (trust is not null)
        {
            return trust.WhyUntrusted(chain) is null && trust.WhyRevoked(chain, freshAt: null) is null;
        }

        return errors == SslPolicyErrors.None || ComesFromOwnChain(leaf, chain.ChainPolicy.ExtraStore);
    }

    private bool ComesFromOwnChain(X509Certificate2 leaf, X509Certificate2Collection sent)
    {
        using var chain = new X509Chain { ChainPolicy = _trust.ChainPolicy(KeyPurpose.ServerAuthentication) };
        chain.ChainPolicy.ExtraStore.AddRange(sent);
        chain.Build(leaf);
        return _trust.WhyUntrusted(chain) is null;
    }
}
