using MetaStore.Protocol.Etcd;

namespace MetaStore.Cli.Output;

/// <summary>What one endpoint answered to a status call, or why it did not.</summary>
internal sealed record EndpointStatus(string Endpoint, StatusResponse? Response, string? Error);

/// <summary>Whether one endpoint could commit a read, and how long it took.</summary>
internal sealed record EndpointHealth(string Endpoint, TimeSpan Took, string? Error);

/// <summary>The hash of one endpoint's key-value state, or why there is none.</summary>
internal sealed record EndpointHash(string Endpoint, HashKVResponse? Response, string? Error);
