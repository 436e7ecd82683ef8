using Google.Protobuf;
using MetaStore.Protocol.Peer;
using MetaStore.Raft.Runtime.Transport.Framing;
using MetaStore.Raft.Runtime.Transport.Security;

namespace MetaStore.Raft.Runtime.Transport.Handshake;

/// <summary>The dialler's side of a handshake: connects, TLS where the URL is https, hello, proof of the peer secret, welcome.</summary>
internal static class PeerGreeting
{
    /// <summary>Makes the connection and introduces this node.</summary>
    /// <param name="link">Not connected yet.</param>
    /// <param name="url">The peer URL.</param>
    /// <param name="hello">Gets a nonce when this node has a secret.</param>
    /// <param name="security">What this node proves, and how it verifies the peer.</param>
    /// <param name="welcomeBytesMax">Longest welcome.</param>
    /// <param name="cancellationToken">Ends it.</param>
    /// <returns>The welcome, which the peer has proved when there is a secret; else why there is none, as a sentence for the log.</returns>
    /// <exception cref="InvalidProtocolBufferException">The peer sent something else.</exception>
    public static async Task<(PeerWelcome? Welcome, string? Error)> SendAsync(
        PeerLink link, Uri url, PeerHello hello, PeerSecurity security, int welcomeBytesMax, CancellationToken cancellationToken)
    {
        await link.Socket.ConnectAsync(url.IdnHost, url.Port, cancellationToken);
        if (url.Scheme == Uri.UriSchemeHttps)
        {
            string? refused = security.Tls is { } tls
                ? await link.DialAsync(tls, url.IdnHost, cancellationToken)
                : "its peer URL is https, and this member has no certificates for peers";
            if (refused is not null)
            {
                return (null, $"{url.Authority}: {refused}");
            }
        }

        PeerSecrets? secrets = security.Secrets?.Invoke();
        if (secrets is not null)
        {
            StatedUrls.SetNonce(hello);
        }

        await link.SendAllAsync((byte[])[.. FrameFormat.Preface, .. FrameFormat.Wrap(hello.ToByteArray())], cancellationToken);
        byte[]? answer = await HandshakeFrame.ReadAsync(link, welcomeBytesMax, cancellationToken);
        if (answer is null)
        {
            return (null, $"{url.Authority} closed the connection during the handshake");
        }

        PeerWelcome welcome = PeerWelcome.Parser.ParseFrom(answer);
        if (secrets is null)
        {
            return (welcome, null);
        }

        // Without a proof not even a refusal is believed: it could say that this member was removed.
        return welcome.Outcome != HelloOutcome.HelloProve || welcome.Nonce.Length != PeerProof.NonceBytes
            ? (null, $"{url.Authority} does not ask for the peer secret, so it has none")
            : await ProveAsync(link, url, hello, secrets, welcome.Nonce.ToByteArray(), welcomeBytesMax, cancellationToken);
    }

    private static async Task<(PeerWelcome? Welcome, string? Error)> ProveAsync(
        PeerLink link, Uri url, PeerHello hello, PeerSecrets secrets, byte[] nonce, int welcomeBytesMax, CancellationToken cancellationToken)
    {
        PeerSecretProof own = new() { Proof = ByteString.CopyFrom(secrets.Prove(PeerProof.OfDialler(hello, nonce, link.Binding.Span))) };
        await link.SendAllAsync(FrameFormat.Wrap(own.ToByteArray()), cancellationToken);
        byte[]? answer = await HandshakeFrame.ReadAsync(link, welcomeBytesMax, cancellationToken);
        PeerWelcome? welcome = answer is null ? null : PeerWelcome.Parser.ParseFrom(answer);
        if (welcome is null || welcome.Outcome == HelloOutcome.HelloUnproven)
        {
            return (null, $"{url.Authority} does not accept the peer secret of this member");
        }

        byte[]? proof = await HandshakeFrame.ReadAsync(link, cancellationToken);
        return proof is not null && secrets.Accepts(PeerProof.OfListener(hello, nonce, link.Binding.Span, answer), PeerSecretProof.Parser.ParseFrom(proof).Proof.Span)
            ? (welcome, null)
            : (null, $"{url.Authority} does not prove that it has the peer secret");
    }
}
