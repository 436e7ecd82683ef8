namespace MetaStore.Engines.Tests.Conformance;

/// <summary>Checkpoints: what was written is read back; a damaged checkpoint is rejected and changes nothing.</summary>
public abstract class EngineCheckpointConformance : EngineViewConformance
{
    [Fact]
    public void Checkpoint_AllBuckets_ComeBackInAnotherEngine()
    {
        Fill(Engine, entries: 4000);
        using var copy = Create();
        copy.Put(Bucket.Auth, "gone after the load", "1");
        copy.Load(Engine.Checkpoint());
        foreach (var bucket in Enum.GetValues<Bucket>())
        {
            Assert.Equal(Engine.Walk(bucket), copy.Walk(bucket));
        }

        Assert.True(copy.SizeInUse > 0);
        copy.Put(Bucket.Meta, "written after the load", "1");
        Assert.Equal("1", copy.Get(Bucket.Meta, "written after the load"));
    }

    [Fact]
    public void Checkpoint_EmptyEngine_LoadsAsEmpty()
    {
        using var copy = Create();
        copy.Put(Bucket.Meta, "a", "1");
        copy.Load(Engine.Checkpoint());
        Assert.Equal([], copy.Walk(Bucket.Meta));
    }

    [Fact]
    public void Checkpoint_ValueLargerThanAChunk_ComesBack()
    {
        var value = new string('x', 3_000_000);
        Engine.Put(Bucket.Revisions, "large", value);
        Engine.Put(Bucket.Revisions, "small", "s");
        using var copy = Create();
        copy.Load(Engine.Checkpoint());
        Assert.Equal(value, copy.Get(Bucket.Revisions, "large"));
        Assert.Equal("s", copy.Get(Bucket.Revisions, "small"));
    }

    [Fact]
    public void Checkpoint_OfAnOlderView_HasThatViewsContent()
    {
        Engine.Put(Bucket.Meta, "a", "1");
        using var view = Engine.OpenView();
        Engine.Put(Bucket.Meta, "a", "2");
        using var stream = new MemoryStream();
        Engine.WriteCheckpoint(view, stream, CancellationToken.None);
        using var copy = Create();
        copy.Load(stream.ToArray());
        Assert.Equal("1", copy.Get(Bucket.Meta, "a"));
    }

    [Fact]
    public void Load_BytesAfterTheCheckpoint_AreLeftToTheCaller()
    {
        Engine.Put(Bucket.Meta, "a", "1");
        using var stream = new MemoryStream([.. Engine.Checkpoint(), 42]);
        Engine.Load(stream, CancellationToken.None);
        Assert.Equal(42, stream.ReadByte());
    }

    [Fact]
    public void Load_EveryByteFlipped_IsRefusedAndChangesNothing()
    {
        using var source = Create();
        Fill(source, entries: 12);
        var good = source.Checkpoint();
        Engine.Put(Bucket.Meta, "kept", "1");
        for (var at = 0; at < good.Length; at++)
        {
            var bad = good.ToArray();
            bad[at] ^= 0x10;
            var error = Assert.Throws<EngineException>(() => Engine.Load(bad));
            Assert.Contains("checkpoint damaged at byte", error.Message, StringComparison.Ordinal);
        }

        AssertKept();
    }

    [Fact]
    public void Load_CutAtEveryByte_IsRefusedAndChangesNothing()
    {
        using var source = Create();
        Fill(source, entries: 12);
        var good = source.Checkpoint();
        Engine.Put(Bucket.Meta, "kept", "1");
        for (var length = 0; length < good.Length; length++)
        {
            var error = Assert.Throws<EngineException>(() => Engine.Load(good[..length]));
            Assert.Contains($"at byte {length}: it ends inside", error.Message, StringComparison.Ordinal);
        }

        AssertKept();
    }

    [Fact]
    public void Load_LargeCheckpointDamagedNearItsEnd_ChangesNothing()
    {
        using var source = Create();
        Fill(source, entries: 20_000);
        var bad = source.Checkpoint();
        bad[^200] ^= 1;
        Engine.Put(Bucket.Meta, "kept", "1");
        Assert.Throws<EngineException>(() => Engine.Load(bad));
        AssertKept();
    }

    [Fact]
    public void WriteCheckpoint_Cancelled_Stops()
    {
        Fill(Engine, entries: 20_000);
        using var view = Engine.OpenView();
        Assert.Throws<OperationCanceledException>(
            () => Engine.WriteCheckpoint(view, Stream.Null, new CancellationToken(canceled: true)));
    }

    [Fact]
    public void Load_Cancelled_StopsAndChangesNothing()
    {
        using var source = Create();
        Fill(source, entries: 100);
        var good = source.Checkpoint();
        Engine.Put(Bucket.Meta, "kept", "1");
        Assert.Throws<OperationCanceledException>(
            () => Engine.Load(new MemoryStream(good), new CancellationToken(canceled: true)));
        AssertKept();
    }

    private static void Fill(IStorageEngine engine, int entries)
    {
        var random = new Random(5);
        var batch = new WriteBatch();
        for (var i = 0; i < entries; i++)
        {
            var key = new byte[random.Next(20)];
            var value = new byte[random.Next(60)];
            random.NextBytes(key);
            random.NextBytes(value);
            batch.Put((Bucket)(i % Enum.GetValues<Bucket>().Length), key, value);
        }

        engine.Commit(batch);
    }

    private void AssertKept()
    {
        Assert.Equal(["kept=1"], Engine.Walk(Bucket.Meta));
        Assert.Equal([], Engine.Walk(Bucket.Revisions));
    }
}
