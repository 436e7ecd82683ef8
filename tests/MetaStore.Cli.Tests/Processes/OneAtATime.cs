namespace MetaStore.Cli.Tests.Processes;

/// <summary>Tests that start processes run one behind the other. Each class has a member of its own: what another one's leases do when they run out would show.</summary>
[CollectionDefinition(nameof(OneAtATime))]
public sealed class OneAtATime;
