using MetaStore.Protocol.Etcd;

namespace MetaStore.Cli.Output;

/// <summary>An endpoint's response to a status call, or the error.</summary>
internal sealed record EndpointStatus(string Endpoint, StatusResponse? Response, string? Error);

/// <summary>Whether an endpoint served a linearizable read, and how long it took.</summary>
internal sealed record EndpointHealth(string Endpoint, TimeSpan Took, string? Error);

/// <summary>The hash of an endpoint's key-value state, or the error.</summary>
internal sealed record EndpointHash(string Endpoint, HashKVResponse? Response, string? Error);
