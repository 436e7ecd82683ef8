using System.Net;

namespace MetaStore.Raft.Runtime.Transport.Security;

/// <summary>TLS of peer connections, given by the host, which knows the certificates. Any thread may call.</summary>
/// <remarks>
/// A stream that is returned owns the one below it. One thread reads and one writes at a time. What the other side causes is an outcome, except that exceptions
/// of the stream below pass through, so that the caller's deadline works.
/// </remarks>
public interface IPeerTls
{
    /// <summary>The listener's side of a handshake. Blocks.</summary>
    /// <param name="raw">The connection; nothing was read from it.</param>
    /// <param name="remote">The other side, which its certificate may have to name.</param>
    PeerTlsOutcome Accept(Stream raw, IPAddress remote);

    /// <summary>The dialler's side.</summary>
    /// <param name="raw">The connection.</param>
    /// <param name="host">Host of the peer URL, which the other side's certificate must name.</param>
    /// <param name="cancellationToken">Ends the handshake.</param>
    /// <exception cref="OperationCanceledException">The token fired.</exception>
    ValueTask<PeerTlsOutcome> DialAsync(Stream raw, string host, CancellationToken cancellationToken);
}
