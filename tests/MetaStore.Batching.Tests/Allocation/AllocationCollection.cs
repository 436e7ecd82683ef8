namespace MetaStore.Batching.Tests.Allocation;

/// <summary>Tests that count the bytes of the whole process run while no other test does.</summary>
[CollectionDefinition(Name, DisableParallelization = true)]
public sealed class AllocationCollection
{
    public const string Name = "allocation";
}
