namespace MetaStore.Hosting.Tests;

/// <summary>Tests that set <see cref="Environment.ExitCode"/>, one after the other: it is the process's.</summary>
[CollectionDefinition(nameof(ExitCodeCollection))]
public sealed class ExitCodeCollection;
