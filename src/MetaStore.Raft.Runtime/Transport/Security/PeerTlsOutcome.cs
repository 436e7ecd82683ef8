namespace MetaStore.Raft.Runtime.Transport.Security;

/// <summary>Result of a TLS handshake between members.</summary>
/// <param name="Stream">What to read and write from now on; null when the handshake failed.</param>
/// <param name="Refusal">Why it failed, as a clause for the log; null when it did not.</param>
/// <param name="Binding">
/// SHA-256 of the listener's certificate, the same on both sides: what is proved over it cannot be passed on over another connection.
/// </param>
/// <param name="ProvesPeer">Whether a certificate that was checked proves that the other side is a member.</param>
public sealed record PeerTlsOutcome(Stream? Stream, string? Refusal, ReadOnlyMemory<byte> Binding, bool ProvesPeer = false)
{
    /// <summary>A handshake that failed.</summary>
    public static PeerTlsOutcome Refused(string why) => new(null, why, default);
}
