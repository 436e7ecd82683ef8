using System.Net;
using MetaStore.Server.Listening.Tls;

namespace MetaStore.Server.Listening;

/// <summary>One address to listen on.</summary>
/// <param name="Address">
/// An <see cref="IPEndPoint"/>, where port 0 asks for a free one (see <see cref="GrpcListener.EndPoints"/>), or a <c>UnixDomainSocketEndPoint</c>
/// whose file is not there yet.
/// </param>
/// <param name="Tls">
/// TLS of connections that begin with it, where ALPN chooses between HTTP/2 and HTTP/1.1. Null for an address of cleartext alone, where the first bytes
/// choose.
/// </param>
/// <param name="TakesCleartext">With <paramref name="Tls"/>: whether connections without it are served too, on the same port.</param>
internal sealed record ListenerEndpoint(EndPoint Address, TlsPort? Tls = null, bool TakesCleartext = true);
