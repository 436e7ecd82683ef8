using System.Net;
using MetaStore.Server.Listening.Tls;

namespace MetaStore.Server.Listening;

/// <summary>One address to listen on.</summary>
/// <param name="Address">
/// An <see cref="IPEndPoint"/>, where port 0 selects a free one (see <see cref="GrpcListener.EndPoints"/>), or a <c>UnixDomainSocketEndPoint</c>
/// whose file does not exist yet.
/// </param>
/// <param name="Tls">
/// TLS of connections that begin with it, where ALPN selects HTTP/2 or HTTP/1.1. Null for a cleartext address, where the first bytes
/// decide.
/// </param>
/// <param name="TakesCleartext">With <paramref name="Tls"/>: whether connections without it are served too, on the same port.</param>
internal sealed record ListenerEndpoint(EndPoint Address, TlsPort? Tls = null, bool TakesCleartext = true);
