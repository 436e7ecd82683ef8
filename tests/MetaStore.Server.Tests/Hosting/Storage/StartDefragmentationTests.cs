using MetaStore.Engines;
using MetaStore.Engines.Memory;
using MetaStore.Server.Hosting.Storage;
using MetaStore.Server.Observability.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace MetaStore.Server.Tests.Hosting.Storage;

public sealed class StartDefragmentationTests : IDisposable
{
    private static readonly ServerLog Log = new(NullLogger.Instance);

    private readonly string _folder = Directory.CreateTempSubdirectory("metastore-defrag-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void MemoryEngine_HasNothingToGiveBack() => Assert.False(StartDefragmentation.Run(new MemoryEngine(), 1, Log));

    [SkippableFact]
    public void RocksDb_IsCompacted_WhenThatGivesBackEnough()
    {
        using IStorageEngine engine = EngineFactory.Open("rocksdb", _folder);
        var durable = (IDurableEngine)engine;
        Fill(engine, durable, delete: false);
        Fill(engine, durable, delete: true);
        long before = engine.SizeAllocated;
        Assert.True(before - engine.SizeInUse >= 2 << 20, $"{before} bytes are allocated, {engine.SizeInUse} in use");

        Assert.False(StartDefragmentation.Run(engine, 0, Log));
        Assert.False(StartDefragmentation.Run(engine, 1000, Log));
        Assert.True(StartDefragmentation.Run(engine, 2, Log));
        Assert.True(engine.SizeAllocated < before / 2, $"{before} bytes before, {engine.SizeAllocated} after");
    }

    private static void Fill(IStorageEngine engine, IDurableEngine durable, bool delete)
    {
        var chance = new Random(1);
        byte[] value = new byte[4096];
        var batch = new WriteBatch();
        for (int i = 0; i < 1000; i++)
        {
            chance.NextBytes(value);
            byte[] key = new byte[17];
            BitConverter.TryWriteBytes(key, i);
            if (delete)
            {
                batch.Delete(Bucket.Revisions, key);
            }
            else
            {
                batch.Put(Bucket.Revisions, key, value);
            }
        }

        engine.Commit(batch);
        durable.Flush();
    }
}
