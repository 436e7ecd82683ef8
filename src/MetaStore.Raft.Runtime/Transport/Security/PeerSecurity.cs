namespace MetaStore.Raft.Runtime.Transport.Security;

/// <summary>How members prove to each other who they are. Immutable.</summary>
/// <param name="Tls">TLS for https peer URLs; null when the host has none, and such URLs cannot be dialled.</param>
/// <param name="ListensWithTls">Whether incoming connections must begin with TLS; else they must not.</param>
/// <param name="Secrets">What both sides prove to have, read for each connection; null when nothing is to be proved.</param>
public sealed record PeerSecurity(IPeerTls? Tls = null, bool ListensWithTls = false, Func<PeerSecrets>? Secrets = null)
{
    /// <summary>Cleartext, and nothing proved.</summary>
    public static PeerSecurity None { get; } = new();
}
