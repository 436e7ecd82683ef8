using MetaStore.Client.Endpoints;

namespace MetaStore.Client;

/// <summary>A client of one cluster. Thread-safe; make one and keep it.</summary>
/// <remarks>Calls fail with <see cref="Grpc.RpcException"/>, which carries the server's code and text.</remarks>
public sealed class MetaStoreClient : IDisposable
{
    private readonly MetaStoreClientOptions _options;
    private readonly EndpointBalancer _balancer;

    /// <summary>Makes a client; connections open with the first call. Throws <see cref="ArgumentException"/> for options that cannot work.</summary>
    public MetaStoreClient(MetaStoreClientOptions options)
    {
        options.Validate();
        _options = options;
        _balancer = new EndpointBalancer(options);
        Kv = new KvClient(_balancer);
        Watch = new WatchClient(_balancer);
        Lease = new LeaseClient(_balancer);
        Cluster = new ClusterClient(_balancer);
        Maintenance = new MaintenanceClient(_balancer);
        Batching = new BatchingClient(_balancer);
    }

    /// <summary>Keys and values.</summary>
    public KvClient Kv { get; }

    /// <summary>Changes as they happen.</summary>
    public WatchClient Watch { get; }

    /// <summary>Leases.</summary>
    public LeaseClient Lease { get; }

    /// <summary>Members.</summary>
    public ClusterClient Cluster { get; }

    /// <summary>Status and hashes; answered by the member that is asked.</summary>
    public MaintenanceClient Maintenance { get; }

    /// <summary>The proposal batcher of the member that is asked.</summary>
    public BatchingClient Batching { get; }

    /// <summary>A client of one endpoint only, with this one's other options. The caller disposes it.</summary>
    public MetaStoreClient At(Uri endpoint) => new(_options with { Endpoints = [endpoint] });

    /// <summary>Closes the connections. Calls in flight are cancelled.</summary>
    public void Dispose() => _balancer.Dispose();
}
