using MetaStore.Engines.Tests.Conformance;

namespace MetaStore.Engines.Tests.RocksDb;

/// <summary>Runs the conformance tests on RocksDB.</summary>
public sealed class RocksDbEngineConformanceTests : EngineCheckpointConformance
{
    // An initializer, because the base class's constructor already calls Create.
    private readonly TemporaryFolder _folder = new();
    private int _engines;

    public override void Dispose()
    {
        base.Dispose();
        _folder.Dispose();
    }

    protected override IStorageEngine Create() =>
        EngineFactory.Open("rocksdb", Path.Combine(_folder.Path, $"engine-{++_engines}"));
}
