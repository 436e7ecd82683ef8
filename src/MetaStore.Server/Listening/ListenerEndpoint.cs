using System.Net;
using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace MetaStore.Server.Listening;

/// <summary>One address to listen on.</summary>
/// <param name="Address">
/// An <see cref="IPEndPoint"/>, where port 0 selects a free one (see <see cref="GrpcListener.EndPoints"/>), or a <c>UnixDomainSocketEndPoint</c>
/// whose file does not exist yet.
/// </param>
/// <param name="UseTls">
/// Adds TLS to the connection (by <c>ListenOptions.UseHttps</c>); ALPN then selects HTTP/2 or HTTP/1.1. Null for cleartext, where the first bytes
/// decide.
/// </param>
internal sealed record ListenerEndpoint(EndPoint Address, Action<ListenOptions>? UseTls = null);
