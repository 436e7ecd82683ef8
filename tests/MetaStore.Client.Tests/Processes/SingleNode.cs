using MetaStore.Testing.Processes;

namespace MetaStore.Client.Tests.Processes;

/// <summary>One real member for all tests of a class; each test uses its own names.</summary>
public sealed class SingleNode : IAsyncLifetime
{
    private readonly ProcessCluster _cluster = ProcessCluster.OfMetaStore(1);

    public MetaStoreClient Client { get; private set; } = null!;

    /// <summary>host:port.</summary>
    public string Endpoint => _cluster.Nodes[0].Endpoint;

    public async Task InitializeAsync()
    {
        await _cluster.StartAsync();
        Client = new MetaStoreClient(MetaStoreClientOptions.Parse(Endpoint) with { CommandTimeout = TimeSpan.FromSeconds(20) });
    }

    public async Task DisposeAsync()
    {
        Client.Dispose();
        await _cluster.DisposeAsync();
    }
}
