namespace MetaStore.DotnetEtcd.Tests;

/// <summary>One cluster for all tests; each uses keys of its own.</summary>
[CollectionDefinition(nameof(OneCluster))]
public sealed class OneCluster : ICollectionFixture<DotnetEtcdTests.Cluster>;
