namespace MetaStore.Packaging.Tests;

/// <summary>Tests of what was packed, one after the other.</summary>
[CollectionDefinition(nameof(PackageCollection))]
public sealed class PackageCollection : ICollectionFixture<Packages>;
