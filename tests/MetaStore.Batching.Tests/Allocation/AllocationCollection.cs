namespace MetaStore.Batching.Tests.Allocation;

/// <summary>Tests that measure allocations of the whole process do not run in parallel with others.</summary>
[CollectionDefinition(Name, DisableParallelization = true)]
public sealed class AllocationCollection
{
    public const string Name = "allocation";
}
