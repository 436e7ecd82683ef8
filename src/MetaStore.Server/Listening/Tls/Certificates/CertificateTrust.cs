using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using MetaStore.Server.Listening.Tls.Revocation;

namespace MetaStore.Server.Listening.Tls.Certificates;

/// <summary>Which certificates of others are trusted: the authorities and what they have revoked. Immutable.</summary>
/// <param name="Authorities">At least one. As in etcd an authority need not be a root.</param>
/// <param name="Lists">Null when none are configured, and when they never could be read; see <paramref name="ListsAreMissing"/>.</param>
/// <param name="ListsAreMissing">Lists are configured and could not be read yet: no certificate passes.</param>
internal sealed record CertificateTrust(X509Certificate2Collection Authorities, RevocationLists? Lists = null, bool ListsAreMissing = false)
{
    /// <summary>How chains are built: to the authorities and not to the system's, without asking the network. A new one for each chain.</summary>
    /// <param name="purpose">One of <see cref="KeyPurpose"/>. A certificate without purposes is for all.</param>
    public X509ChainPolicy ChainPolicy(string purpose)
    {
        var policy = new X509ChainPolicy
        {
            TrustMode = X509ChainTrustMode.CustomRootTrust,
            RevocationMode = X509RevocationMode.NoCheck,
            DisableCertificateDownloads = true,
        };
        policy.CustomTrustStore.AddRange(Authorities);
        policy.ApplicationPolicy.Add(new Oid(purpose));
        return policy;
    }

    /// <summary>Why a certificate does not come from an authority; null when it does.</summary>
    /// <param name="chain">Built with <see cref="ChainPolicy"/>.</param>
    public string? WhyUntrusted(X509Chain chain)
    {
        var status = chain.ChainStatus.Aggregate(X509ChainStatusFlags.NoError, (all, one) => all | one.Status);
        if (status.HasFlag(X509ChainStatusFlags.PartialChain) && chain.ChainElements.Count > 0 && IsAuthority(chain.ChainElements[^1].Certificate))
        {
            // An authority that is not a root: .NET builds no further than that, and says so.
            status &= ~X509ChainStatusFlags.PartialChain;
        }

        return status switch
        {
            X509ChainStatusFlags.NoError => null,
            _ when status.HasFlag(X509ChainStatusFlags.NotSignatureValid) => "a signature in its chain is wrong",
            _ when (status & (X509ChainStatusFlags.PartialChain | X509ChainStatusFlags.UntrustedRoot)) != 0 => "it does not come from a trusted authority",
            _ when status.HasFlag(X509ChainStatusFlags.NotTimeValid) => "it, or one of its chain, has expired or is not valid yet",
            _ when status.HasFlag(X509ChainStatusFlags.NotValidForUsage) => "it is for another purpose",
            _ => $"its chain is not valid: {status}",
        };
    }

    /// <summary>Why a certificate counts as revoked, or its authority's list as too old; null when neither.</summary>
    /// <param name="chain">Every certificate of it is looked for in the list of its issuer.</param>
    /// <param name="freshAt">A list whose next update was before that refuses; null when lists may have any age.</param>
    public string? WhyRevoked(X509Chain chain, DateTimeOffset? freshAt)
    {
        if (ListsAreMissing)
        {
            return "no revocation list could be read yet";
        }

        foreach (var certificate in Lists is null ? [] : chain.ChainElements.Select(element => element.Certificate))
        {
            if (Lists!.Of(certificate.IssuerName.RawData) is not { } list)
            {
                continue;
            }

            if (!CertificateSerial.TryRead(certificate.SerialNumberBytes.Span, out var serial) || list.Serials.Contains(serial))
            {
                return $"the certificate {certificate.SerialNumber} of its chain is revoked";
            }

            if (freshAt is { } now && list.IsStale(now))
            {
                return $"the revocation list of its issuer was due to be replaced at {list.NextUpdate:u}";
            }
        }

        return null;
    }

    private bool IsAuthority(X509Certificate2 certificate) => Authorities.Any(authority => authority.RawDataMemory.Span.SequenceEqual(certificate.RawDataMemory.Span));
}
