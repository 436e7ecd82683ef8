using System.Net;
using System.Net.Sockets;
using MetaStore.Raft.Runtime.Transport.Security;

namespace MetaStore.Fuzz.Inputs;

/// <summary>A connection of a peer on which the bytes of an input arrive: one under TLS, whose stream is the input, so that no socket is needed.</summary>
internal static class ReceivedLink
{
    /// <summary>Never connected: only options of it are set.</summary>
    private static readonly Socket Unused = new(SocketType.Stream, ProtocolType.Tcp);

    public static PeerLink Of(byte[] bytes, int pieceBytes)
    {
        PeerLink link = new(Unused);
        if (link.Accept(new GivenStream(new PiecewiseStream(bytes, pieceBytes)), IPAddress.Loopback, Deadline()) is { } refusal)
        {
            throw new InvalidOperationException(refusal);
        }

        link.LiftDeadline();
        return link;
    }

    /// <summary>One that does not expire.</summary>
    public static HandshakeDeadline Deadline() => new(TimeSpan.FromHours(1), TimeProvider.System);

    private sealed class GivenStream(Stream stream) : IPeerTls
    {
        public PeerTlsOutcome Accept(Stream raw, IPAddress remote) => new(stream, null, default);

        public ValueTask<PeerTlsOutcome> DialAsync(Stream raw, string host, CancellationToken cancellationToken) => throw new NotSupportedException();
    }
}
