namespace MetaStore.Client.Tests.Processes;

/// <summary>Tests that start processes run one behind the other, on one member where one is enough.</summary>
[CollectionDefinition(nameof(OneAtATime))]
public sealed class OneAtATime : ICollectionFixture<SingleNode>;
