using MetaStore.Engines.Tests.Conformance;

namespace MetaStore.Engines.Tests.PageFiles;

/// <summary>What is written once, named by several checkpoints, given up when it is no longer used, and found again at start.</summary>
public sealed class PagedCheckpointTests : IDisposable
{
    private readonly PagedRig _rig = new();

    public void Dispose() => _rig.Dispose();

    [Fact]
    public void Checkpoint_LoadedByAnotherEngine_IsTheSameState()
    {
        _rig.Engine.Put(Bucket.Meta, "state", "here");
        _rig.Engine.Put(Bucket.Leases, "7", "ten seconds");
        _rig.Put(1, 400);
        _rig.Delete(3, 399, 5);
        var loaded = _rig.Loaded(_rig.Checkpoint());
        PagedRig.AssertSame(loaded, [.. _rig.Model]);
        Assert.Equal("here", loaded.Get(Bucket.Meta, "state"));
        Assert.Equal(["7=ten seconds"], loaded.Walk(Bucket.Leases));
        Assert.Equal(_rig.Engine.SizeInUse, loaded.SizeInUse);
        _rig.Replace(loaded);
        _rig.Put(401, 500);
        _rig.Delete(2, 420, 3);
        _rig.AssertSame();
        PagedRig.AssertSame(_rig.Loaded(_rig.Checkpoint()), [.. _rig.Model]);
    }

    [Fact]
    public void SecondCheckpoint_WritesOnlyWhatIsNew()
    {
        _rig.Put(1, 400);
        _rig.Checkpoint();
        var first = _rig.Files.ToDictionary(file => file, File.ReadAllBytes);
        Assert.NotEmpty(first);
        _rig.Put(401, 450);
        var second = _rig.Checkpoint();
        foreach (var (file, bytes) in first)
        {
            Assert.Equal(bytes, File.ReadAllBytes(file));
        }

        Assert.Single(_rig.Files.Except(first.Keys));
        Assert.InRange(second.Length, 1, 3000);
        PagedRig.AssertSame(_rig.Loaded(second), [.. _rig.Model]);
    }

    [Fact]
    public void Store_TooLittleForAFile_StaysInMemoryAndInTheCheckpoint()
    {
        using var rig = new PagedRig(PagedRig.Small with { FileBytesMin = 1 << 20, HeapBytesMax = 1 << 20 });
        rig.Put(1, 400);
        Assert.False(rig.Store());
        Assert.False(rig.Store(beforeCheckpoint: false));
        Assert.Empty(rig.Files);
        PagedRig.AssertSame(rig.Loaded(rig.Checkpoint()), [.. rig.Model]);
    }

    [Fact]
    public void Files_MostlyUnused_AreReplaced_AndDeletedWhenNoSnapshotNamesThem()
    {
        _rig.Put(1, 2000);
        var first = _rig.Checkpoint();
        var before = _rig.Files.Length;
        Assert.InRange(before, 5, 100);

        // One entry of 30 stays: compaction copies most pages, and the files of the others are used by less than a half.
        for (var number = 1; number < 1900; number += 30)
        {
            _rig.Delete(number + 1, Math.Min(number + 29, 1900));
        }

        var second = _rig.Checkpoint();
        Assert.Equal(0, _rig.Engine.DeletePageFiles(_rig.Engine.PageFilesOf(new MemoryStream(first)).ToHashSet()));
        Assert.NotEqual(0, _rig.Engine.DeletePageFiles(new HashSet<ulong>()));
        Assert.InRange(_rig.Files.Sum(file => new FileInfo(file).Length), 1, 2 * 8000 + (3 * _rig.Settings.FileBytesMax));
        Assert.Throws<EngineException>(() => _rig.Loaded(first));
        _rig.AssertSame();
        PagedRig.AssertSame(_rig.Loaded(second), [.. _rig.Model]);
    }

    [Fact]
    public void FileOfWhichAThirdIsUsed_IsWrittenAgainWithoutTheRest()
    {
        using var rig = new PagedRig(PagedRig.Small with { FileBytesMax = 1 << 20 });
        rig.Put(1, 1000);
        rig.Checkpoint();
        var first = Assert.Single(rig.Files);
        rig.Delete(1, 700);
        var second = rig.Checkpoint();
        rig.Engine.DeletePageFiles(new HashSet<ulong>());
        Assert.NotEqual(first, Assert.Single(rig.Files));
        PagedRig.AssertSame(rig.Loaded(second), [.. rig.Model]);
        rig.AssertSame();
    }

    [Fact]
    public void FileOfWhichMostIsUsed_IsNotWrittenAgain()
    {
        using var rig = new PagedRig(PagedRig.Small with { FileBytesMax = 1 << 20 });
        rig.Put(1, 1000);
        rig.Checkpoint();
        rig.Delete(1, 300);
        var first = Assert.Single(rig.Files);
        rig.Checkpoint();
        rig.Engine.DeletePageFiles(new HashSet<ulong>());
        Assert.Equal(first, rig.Files[0]);
    }

    [Fact]
    public void View_OfADeletedFile_StaysReadable()
    {
        _rig.Put(1, 1000);
        _rig.Checkpoint();
        var then = _rig.Model.ToArray();
        using var view = _rig.Engine.OpenView();
        Assert.True(view.TryGet(Bucket.Revisions, PagedRig.Key(5), out var value));
        _rig.Delete(1, 1000);
        _rig.Checkpoint();
        _rig.Engine.DeletePageFiles(new HashSet<ulong>());
        Assert.Empty(_rig.Files);
        GC.Collect();
        GC.WaitForPendingFinalizers();
        PagedRig.AssertSame(view, then);
        Assert.Equal(then[4].Value, value.ToArray());
    }

    [Fact]
    public void View_WhilePagesMoveAndEntriesAreDeleted_SeesItsOwnState()
    {
        _rig.Put(1, 300);
        using var view = _rig.Engine.OpenView();
        var then = _rig.Model.ToArray();
        _rig.Delete(1, 300, 4);
        _rig.Put(301, 600);
        _rig.Engine.StorePages(view, beforeCheckpoint: true, CancellationToken.None);
        var stream = new MemoryStream();
        _rig.Engine.WritePagedCheckpoint(view, stream, CancellationToken.None);
        PagedRig.AssertSame(view, then);
        PagedRig.AssertSame(_rig.Loaded(stream.ToArray()), then);
        _rig.AssertSame();
    }

    [Fact]
    public void FilesInUse_AreKept_ThoughNoSnapshotNamesThem()
    {
        _rig.Put(1, 400);
        Assert.True(_rig.Store(beforeCheckpoint: false));
        Assert.Equal(0, _rig.Engine.DeletePageFiles(new HashSet<ulong>()));
        var checkpoint = _rig.Checkpoint();
        Assert.Equal(0, _rig.Engine.DeletePageFiles(new HashSet<ulong>()));
        _rig.Replace(_rig.Loaded(checkpoint));
        Assert.Equal(0, _rig.Engine.DeletePageFiles(new HashSet<ulong>()));
        _rig.AssertSame();
    }

    [Fact]
    public void Engine_WithoutAFolder_HasNoPageFiles()
    {
        using var engine = EngineFactory.Open("memory", "");
        var pages = Assert.IsAssignableFrom<IPageFilesEngine>(engine);
        Assert.False(pages.HasPageFiles);
        using var view = engine.OpenView();
        Assert.Throws<InvalidOperationException>(() => pages.StorePages(view, beforeCheckpoint: true, CancellationToken.None));
    }
}
