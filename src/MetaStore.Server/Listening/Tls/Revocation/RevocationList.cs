namespace MetaStore.Server.Listening.Tls.Revocation;

/// <summary>The certificates that one authority has revoked. Immutable.</summary>
/// <param name="Issuer">The authority's encoded name.</param>
/// <param name="ThisUpdate">When it was made.</param>
/// <param name="NextUpdate">When a newer one is due; null when it does not say.</param>
/// <param name="Serials">Revoked serial numbers.</param>
internal sealed record RevocationList(ReadOnlyMemory<byte> Issuer, DateTimeOffset ThisUpdate, DateTimeOffset? NextUpdate, IReadOnlySet<CertificateSerial> Serials)
{
    /// <summary>True when the newer one is due.</summary>
    public bool IsStale(DateTimeOffset now) => NextUpdate < now;

    /// <summary>True when it is the list of a certificate's issuer.</summary>
    /// <param name="issuer">The encoded name of the issuer.</param>
    public bool IsOf(ReadOnlySpan<byte> issuer) => Issuer.Span.SequenceEqual(issuer);
}
