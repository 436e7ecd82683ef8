namespace MetaStore.Client.Tests.Processes;

/// <summary>Tests that start processes run sequentially, on a single member where that is enough.</summary>
[CollectionDefinition(nameof(OneAtATime))]
public sealed class OneAtATime : ICollectionFixture<SingleNode>;
