using MetaStore.Engines.Memory;
using MetaStore.Engines.Tests.Conformance;

namespace MetaStore.Engines.Tests.Memory;

public sealed class MemoryEngineTests
{
    [Fact]
    public void SizeInUse_PutOverwriteDelete_CountsKeyAndValueBytesExactly()
    {
        using var engine = new MemoryEngine();
        engine.Put(Bucket.Meta, "abc", "12345");
        Assert.Equal(8, engine.SizeInUse);
        engine.Put(Bucket.Meta, "abc", "1");
        Assert.Equal(4, engine.SizeInUse);
        using var copy = new MemoryEngine();
        copy.Load(engine.Checkpoint());
        Assert.Equal(4, copy.SizeInUse);
        var batch = new WriteBatch();
        batch.Delete(Bucket.Meta, "abc"u8.ToArray());
        batch.Delete(Bucket.Meta, "xyz"u8.ToArray());
        engine.Commit(batch);
        Assert.Equal(0, engine.SizeInUse);
    }

    [Fact]
    public void EngineFactory_UnknownName_IsRefusedWithTheKnownOnes()
    {
        var error = Assert.Throws<EngineException>(() => EngineFactory.Open("paper", ""));
        Assert.Contains("memory", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void EngineFactory_EveryName_OpensAnEngineOfThatName()
    {
        Assert.Contains("memory", EngineFactory.Names);
        using var engine = EngineFactory.Open("memory", "");
        Assert.Equal("memory", engine.Name);
    }
}
