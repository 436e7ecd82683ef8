namespace MetaStore.Engines.Tests.Conformance;

/// <summary>Requirements for every engine. One subclass per engine runs all tests; the other files contain the parts.</summary>
public abstract class EngineConformance : IDisposable
{
    /// <summary>Creates an empty engine.</summary>
    protected EngineConformance() => Engine = Create();

    /// <summary>The engine under test.</summary>
    protected IStorageEngine Engine { get; }

    /// <summary>Creates another empty engine of the same kind.</summary>
    protected abstract IStorageEngine Create();

    public virtual void Dispose()
    {
        Engine.Dispose();
        GC.SuppressFinalize(this);
    }

    [Fact]
    public void Get_AfterPut_ReturnsValue()
    {
        Engine.Put(Bucket.Meta, "a", "1");
        Assert.Equal("1", Engine.Get(Bucket.Meta, "a"));
        Assert.Null(Engine.Get(Bucket.Meta, "b"));
        Assert.Null(Engine.Get(Bucket.Leases, "a"));
    }

    [Fact]
    public void Delete_ExistingAndMissingKey_LeavesNothing()
    {
        Engine.Put(Bucket.Auth, "a", "1");
        var batch = new WriteBatch();
        batch.Delete(Bucket.Auth, "a"u8.ToArray());
        batch.Delete(Bucket.Auth, "never there"u8.ToArray());
        Engine.Commit(batch);
        Assert.Null(Engine.Get(Bucket.Auth, "a"));
        Assert.Equal([], Engine.Walk(Bucket.Auth));
    }

    [Fact]
    public void Commit_SameKeyManyTimes_LastEditWins()
    {
        var batch = new WriteBatch();
        batch.Put(Bucket.Meta, "a"u8.ToArray(), "1"u8.ToArray());
        batch.Delete(Bucket.Meta, "a"u8.ToArray());
        batch.Put(Bucket.Meta, "a"u8.ToArray(), "2"u8.ToArray());
        batch.Put(Bucket.Meta, "b"u8.ToArray(), "1"u8.ToArray());
        batch.Delete(Bucket.Meta, "b"u8.ToArray());
        Engine.Commit(batch);
        Assert.Equal(["a=2"], Engine.Walk(Bucket.Meta));
    }

    [Fact]
    public void Commit_ClearedBatch_IsReusable()
    {
        var batch = new WriteBatch();
        batch.Put(Bucket.Meta, "a"u8.ToArray(), "1"u8.ToArray());
        Engine.Commit(batch);
        batch.Clear();
        batch.Put(Bucket.Meta, "b"u8.ToArray(), "2"u8.ToArray());
        Engine.Commit(batch);
        Assert.Equal(["a=1", "b=2"], Engine.Walk(Bucket.Meta));
    }

    [Fact]
    public void Commit_EmptyBatch_ChangesNothing()
    {
        Engine.Put(Bucket.Meta, "a", "1");
        Engine.Commit(new WriteBatch());
        Assert.Equal(["a=1"], Engine.Walk(Bucket.Meta));
    }

    [Fact]
    public void Put_EmptyKeyAndEmptyValue_AreEntries()
    {
        var batch = new WriteBatch();
        batch.Put(Bucket.Members, default, "of the empty key"u8.ToArray());
        batch.Put(Bucket.Members, "k"u8.ToArray(), default);
        Engine.Commit(batch);
        Assert.Equal(["=of the empty key", "k="], Engine.Walk(Bucket.Members));
        Assert.Equal("", Engine.Get(Bucket.Members, "k"));
        Assert.Equal("of the empty key", Engine.Get(Bucket.Members, ""));
    }

    [Fact]
    public void Put_ValueOfManyMegabytes_ComesBackWhole()
    {
        var value = new byte[9_000_001];
        new Random(17).NextBytes(value);
        var batch = new WriteBatch();
        batch.Put(Bucket.Revisions, new byte[70_000], value);
        Engine.Commit(batch);
        using var view = Engine.OpenView();
        Assert.True(view.TryGet(Bucket.Revisions, new byte[70_000], out var read));
        Assert.True(read.Span.SequenceEqual(value));
    }

    [Fact]
    public void Put_SlicesOfOneBuffer_AreIndependentEntries()
    {
        var buffer = "k1v1k2v2"u8.ToArray();
        var batch = new WriteBatch();
        batch.Put(Bucket.Meta, buffer.AsMemory(0, 2), buffer.AsMemory(2, 2));
        batch.Put(Bucket.Meta, buffer.AsMemory(4, 2), buffer.AsMemory(6, 2));
        Engine.Commit(batch);
        Assert.Equal(["k1=v1", "k2=v2"], Engine.Walk(Bucket.Meta));
    }

    [Fact]
    public void Sizes_PutsAndDeletes_FollowTheContent()
    {
        var atStart = Engine.SizeInUse;
        Engine.Put(Bucket.Revisions, "key", new string('v', 100_000));
        Assert.True(Engine.SizeInUse >= atStart + 100_000);
        Assert.True(Engine.SizeAllocated >= Engine.SizeInUse);
        Assert.True(Engine.SizeAllocated > 0);
    }

    [Fact]
    public void View_AfterDispose_IsRefused()
    {
        var view = Engine.OpenView();
        view.Dispose();
        view.Dispose();
        Assert.Throws<ObjectDisposedException>(() => view.TryGet(Bucket.Meta, "a"u8, out _));
    }
}
