using System.Net.Security;
using MetaStore.Server.Listening.Tls.Clients;

namespace MetaStore.Server.Listening.Tls.Peers;

/// <summary>TLS of one connection between members, which takes itself off the list of open ones when it ends.</summary>
/// <param name="raw">The connection; owned.</param>
/// <param name="sessions">Where it may be put after its handshake.</param>
internal sealed class PeerTlsStream(Stream raw, CertificateSessions<PeerTlsStream> sessions) : SslStream(raw, leaveInnerStreamOpen: false)
{
    /// <summary>Closes the connection; reads and writes in progress end. Any thread.</summary>
    public void Abort() => InnerStream.Dispose();

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        sessions.Remove(this);
        base.Dispose(disposing);
    }
}
