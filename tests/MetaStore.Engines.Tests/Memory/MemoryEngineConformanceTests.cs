using MetaStore.Engines.Tests.Conformance;

namespace MetaStore.Engines.Tests.Memory;

/// <summary>Runs the conformance tests on the memory engine; the most derived class contains all parts.</summary>
public sealed class MemoryEngineConformanceTests : EngineCheckpointConformance
{
    protected override IStorageEngine Create() => EngineFactory.Open("memory", "");
}
