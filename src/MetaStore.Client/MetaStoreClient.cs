using MetaStore.Client.Endpoints;
using MetaStore.Client.Transactions;

namespace MetaStore.Client;

/// <summary>A client of one cluster. Thread-safe; create one and reuse it.</summary>
/// <remarks>
/// Calls fail with <see cref="Grpc.Core.RpcException"/>, which carries the server's code and text, and with <see cref="OperationCanceledException"/>
/// when their token fires. One member is called until it fails, then the next. <see cref="KvClient"/> documents what is retried.
/// </remarks>
/// <example><code>
/// using var client = new MetaStoreClient(MetaStoreClientOptions.Parse("10.0.0.1:2379,10.0.0.2:2379,10.0.0.3:2379"));
/// await client.Kv.PutAsync("hello", "world");
/// </code></example>
public sealed class MetaStoreClient : IDisposable
{
    private readonly MetaStoreClientOptions _options;
    private readonly EndpointBalancer _balancer;

    /// <summary>
    /// Creates a client; connections open with the first call. Throws <see cref="ArgumentException"/> for invalid options.
    /// </summary>
    public MetaStoreClient(MetaStoreClientOptions options)
        : this(options, Checked(options))
    {
    }

    /// <summary>A client over existing channels, which it owns.</summary>
    internal MetaStoreClient(MetaStoreClientOptions options, EndpointBalancer balancer)
    {
        _options = options with { };
        _balancer = balancer;
        Kv = new KvClient(_balancer);
        Watch = new WatchClient(_balancer);
        Lease = new LeaseClient(_balancer);
        Cluster = new ClusterClient(_balancer);
        Maintenance = new MaintenanceClient(_balancer);
        Auth = new AuthClient(_balancer);
        Batching = new BatchingClient(_balancer);
        Lock = new LockClient(this);
        Election = new ElectionClient(this);
    }

    /// <summary>There is a user, who is not authenticated yet: of the calls that failed none was sent, only the question for a token.</summary>
    internal bool LacksToken => _balancer.LacksToken;

    /// <summary>Keys and values.</summary>
    public KvClient Kv { get; }

    /// <summary>Changes as they happen.</summary>
    public WatchClient Watch { get; }

    /// <summary>Begins a transaction: conditions, what to do when they hold, what to do when not.</summary>
    public Transaction Txn() => Kv.Txn();

    /// <summary>Leases.</summary>
    public LeaseClient Lease { get; }

    /// <summary>Locks.</summary>
    public LockClient Lock { get; }

    /// <summary>Elections.</summary>
    public ElectionClient Election { get; }

    /// <summary>Members.</summary>
    public ClusterClient Cluster { get; }

    /// <summary>Status and hashes; answered by the called member.</summary>
    public MaintenanceClient Maintenance { get; }

    /// <summary>Users, roles and permissions.</summary>
    public AuthClient Auth { get; }

    /// <summary>The proposal batcher of the called member.</summary>
    public BatchingClient Batching { get; }

    /// <summary>A client of one endpoint only, with this one's other options. The caller disposes it.</summary>
    public MetaStoreClient At(Uri endpoint) => new(_options with { Endpoints = [endpoint] });

    /// <summary>Closes the connections. Calls in flight are cancelled.</summary>
    public void Dispose() => _balancer.Dispose();

    private static EndpointBalancer Checked(MetaStoreClientOptions options)
    {
        options.Validate();
        return new EndpointBalancer(options);
    }
}
