namespace MetaStore.Compatibility.Tests;

/// <summary>Tests that start clusters run one after the other: they would slow each other into timeouts.</summary>
[CollectionDefinition("processes", DisableParallelization = true)]
public sealed class ProcessCollection;
