using System.Net.Security;
using System.Security.Cryptography.X509Certificates;
using MetaStore.Server.Listening.Tls.Certificates;

namespace MetaStore.Server.Listening.Tls;

/// <summary>How this member calls another one over TLS. Immutable; there is another one after a change.</summary>
/// <remarks>
/// The other member's certificate must name the host of its URL and come from the authorities of the configured file. Without such a file it must come
/// from the system's, or from one that follows the leaf in the own certificate's file, or be the own certificate. With self-signed pairs there is nothing to
/// verify it by: such calls are encrypted, and the other end is not proved.
/// </remarks>
/// <param name="isSelfSigned">The members' certificates are of auto-tls or peer-auto-tls.</param>
/// <param name="shown">Shown when the other member asks for a certificate; null for none.</param>
/// <param name="own">The pair of the own addresses; null for none.</param>
/// <param name="trust">Of the file of authorities; null without.</param>
/// <param name="names">Which names the other must have besides its host; null for any.</param>
internal sealed class MemberCredentials(bool isSelfSigned, TlsPair? shown, TlsPair? own, CertificateTrust? trust, AllowedNames? names = null)
{
    private readonly CertificateTrust? _own = trust ?? (own is null ? null : new CertificateTrust([.. own.Chain, own.Leaf]));

    /// <summary>What the other's certificate is verified by; null when by the system's authorities or the own certificate.</summary>
    public CertificateTrust? Trust => trust;

    /// <summary>Options for one pool of connections, or for one connection.</summary>
    /// <param name="onRefused">Gets the reason when a certificate is refused.</param>
    public SslClientAuthenticationOptions Options(Action<string>? onRefused = null) => new()
    {
        ClientCertificateContext = shown?.Context,
        CertificateRevocationCheckMode = X509RevocationMode.NoCheck,
        CertificateChainPolicy = trust is not null
            ? trust.ChainPolicy(KeyPurpose.ServerAuthentication)
            : new X509ChainPolicy { RevocationMode = X509RevocationMode.NoCheck, DisableCertificateDownloads = true },
        RemoteCertificateValidationCallback = (_, leaf, chain, errors) =>
        {
            if (isSelfSigned)
            {
                return true;
            }

            var why = WhyRefused(leaf as X509Certificate2, chain, errors);
            if (why is not null)
            {
                onRefused?.Invoke(why);
            }

            return why is null;
        },
    };

    private string? WhyRefused(X509Certificate2? leaf, X509Chain? chain, SslPolicyErrors errors)
    {
        if (leaf is null || chain is null)
        {
            return "it shows no certificate";
        }

        if ((errors & ~SslPolicyErrors.RemoteCertificateChainErrors) != 0)
        {
            return "its certificate does not name the host of its URL";
        }

        var untrusted = trust is not null
            ? trust.WhyUntrusted(chain) ?? trust.WhyRevoked(chain, freshAt: null)
            : errors == SslPolicyErrors.None || ComesFromOwnChain(leaf, chain.ChainPolicy.ExtraStore) ? null : "it comes from no authority of the system";
        return untrusted ?? names?.WhyOfAnother(leaf);
    }

    private bool ComesFromOwnChain(X509Certificate2 leaf, X509Certificate2Collection sent)
    {
        if (_own is null)
        {
            return false;
        }

        using var chain = new X509Chain { ChainPolicy = _own.ChainPolicy(KeyPurpose.ServerAuthentication) };
        chain.ChainPolicy.ExtraStore.AddRange(sent);
        chain.Build(leaf);
        return _own.WhyUntrusted(chain) is null;
    }
}
