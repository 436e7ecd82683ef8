namespace MetaStore.Cli.Tests.Processes;

/// <summary>Tests that start processes run sequentially. Each class has its own member, because leases that expire in one test would show in another.</summary>
[CollectionDefinition(nameof(OneAtATime))]
public sealed class OneAtATime;
