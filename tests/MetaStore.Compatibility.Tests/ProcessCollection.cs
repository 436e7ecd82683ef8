namespace MetaStore.Compatibility.Tests;

/// <summary>Tests that start clusters run sequentially: in parallel they would cause timeouts.</summary>
[CollectionDefinition("processes", DisableParallelization = true)]
public sealed class ProcessCollection;
