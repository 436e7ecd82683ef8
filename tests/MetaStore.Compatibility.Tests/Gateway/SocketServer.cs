using MetaStore.Testing.Processes;

namespace MetaStore.Compatibility.Tests.Gateway;

/// <summary>A member, and the token that is shown to it.</summary>
/// <param name="Node">The member.</param>
/// <param name="Token">Sent as a cookie; null for none.</param>
internal sealed record SocketServer(ClusterNode Node, string? Token);
