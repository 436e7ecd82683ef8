using MetaStore.Engines.RocksDb;
using MetaStore.Engines.Tests.Conformance;

namespace MetaStore.Engines.Tests.RocksDb;

/// <summary>The engine's disk space estimate, and its errors when the disk fails.</summary>
public sealed class RocksDbRoomTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void RoomNeeded_CoversMemtablesAndACopyOfTheFiles()
    {
        using var engine = RocksDbEngine.Open(_folder.Path, new RocksDbSettings { WriteBufferBytes = 1 << 20, Compression = "none" });
        Assert.Equal(3 << 20, engine.RoomNeeded);
        var batch = new WriteBatch();
        batch.Put(Bucket.Revisions, "key"u8.ToArray(), new byte[300_000]);
        engine.Commit(batch);
        engine.Flush();
        Assert.InRange(engine.RoomNeeded, (3 << 20) + 300_000, (3 << 20) + 400_000);
    }

    [Fact]
    public void AFailedFlush_IsReportedOnce_AndThrown()
    {
        using var reported = new ManualResetEventSlim();
        var failures = new List<EngineException>();
        using var engine = RocksDbEngine.Open(_folder.Path, new RocksDbSettings { WriteBufferBytes = 1 << 20, Compression = "none" });
        engine.Failed = failure =>
        {
            failures.Add(failure);
            reported.Set();
        };
        engine.Put(Bucket.Meta, "state", "1");

        // New files cannot be created in a missing folder; open files stay open.
        var database = Directory.EnumerateDirectories(_folder.Path, "db-*").Single();
        Directory.Move(database, database + ".gone");
        Assert.Throws<EngineException>(engine.Flush);
        Assert.True(reported.Wait(TimeSpan.FromSeconds(10)));
        var failure = Assert.Single(failures);
        Assert.Contains(database, failure.Message, StringComparison.Ordinal);
        Directory.Move(database + ".gone", database);
    }
}
