using MetaStore.Engines.Tests.Conformance;

namespace MetaStore.Engines.Tests.Memory;

/// <summary>The memory engine under the suite for all engines; the most derived part carries every other one.</summary>
public sealed class MemoryEngineConformanceTests : EngineCheckpointConformance
{
    protected override IStorageEngine Create() => EngineFactory.Open("memory", "");
}
