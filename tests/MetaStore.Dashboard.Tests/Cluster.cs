using MetaStore.Testing.Processes;

namespace MetaStore.Dashboard.Tests;

/// <summary>Three members and the browser, shared by all tests of a healthy cluster.</summary>
public sealed class Cluster : IAsyncLifetime
{
    private readonly ProcessCluster _members = ProcessCluster.OfMetaStore(3);

    public Chromium Chromium { get; } = new();

    public ClusterNode First => _members.Nodes[0];

    public IReadOnlyList<ClusterNode> Nodes => _members.Nodes;

    public Task InitializeAsync() => Task.WhenAll(Chromium.InitializeAsync(), _members.StartAsync());

    public async Task DisposeAsync()
    {
        await Chromium.DisposeAsync();
        await _members.DisposeAsync();
    }
}

/// <summary>The tests that share it; they run sequentially.</summary>
[CollectionDefinition(nameof(Cluster))]
public sealed class ClusterCollection : ICollectionFixture<Cluster>;
