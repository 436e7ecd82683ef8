using System.Text;
using MetaStore.Engines.RocksDb;
using MetaStore.Engines.StateFiles;
using MetaStore.Engines.Tests.Conformance;

namespace MetaStore.Engines.Tests.RocksDb;

/// <summary>Transfers a state as files from one engine to another: the result is the same state, or the old one and an error.</summary>
public sealed class RocksDbStateFilesTests : IDisposable
{
    private const int Rounds = 8;
    private const int CommitsOfARound = 1000;

    private readonly TemporaryFolder _folder = new();
    private readonly RocksDbEngine _source;
    private readonly RocksDbEngine _target;

    public RocksDbStateFilesTests()
    {
        _source = Open("source");
        _target = Open("target");
        _target.Put(Bucket.Meta, "state", "old");
    }

    public void Dispose()
    {
        _source.Dispose();
        _target.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public void FilesFormat_OfAnOpenEngine_NamesTheLibrary()
    {
        Assert.Equal("rocksdb", _source.FilesFormat!.Engine);
        Assert.True(_source.FilesFormat.Library >= new Version(7, 8, 0), $"the library says it is {_source.FilesFormat.Library}");
        Assert.True(StateFilesFormat.TryParse(_source.FilesFormat.ToString(), out var read));
        Assert.Equal(_source.FilesFormat, read);
    }

    [Fact]
    public void LoadFiles_OfAnotherEngine_GivesTheSameContentAndStaysAfterReopening()
    {
        Fill(_source, 0, 3000);
        _source.Flush();
        Fill(_source, 3000, 500);
        _source.Put(Bucket.Members, "m", "1");
        _target.LoadFiles(new MemoryStream(Files()), _ => { }, CancellationToken.None);
        Assert.Equal(_source.Checkpoint(), _target.Checkpoint());
        Fill(_target, 3500, 10);
        Fill(_source, 3500, 10);
        _target.Dispose();
        using var again = Open("target");
        Assert.Equal(_source.Checkpoint(), again.Checkpoint());
        Assert.Single(Directory.GetDirectories(Path.Combine(_folder.Path, "target")));
    }

    [Fact]
    public void TakeFiles_WhatIsCommittedAfterwards_IsNotInThem()
    {
        _source.Put(Bucket.Meta, "state", "1");
        using var files = _source.TakeFiles();
        _source.Put(Bucket.Meta, "state", "2");
        _source.Flush();
        _source.Compact(CancellationToken.None);
        Assert.Equal("1"u8.ToArray(), files.Read(Bucket.Meta, "state"u8));
        Assert.Null(files.Read(Bucket.Meta, "other"u8));
        _target.LoadFiles(new MemoryStream(Written(files)), _ => { }, CancellationToken.None);
        Assert.Equal("1", _target.Get(Bucket.Meta, "state"));
        Assert.Equal("2", _source.Get(Bucket.Meta, "state"));
    }

    [Fact]
    public async Task TakeFiles_WhileCommitsFlushesAndCompactionsGoOn_IsAlwaysTheCutOfOneCommit()
    {
        using var small = RocksDbEngine.Open(Path.Combine(_folder.Path, "small"), new RocksDbSettings { WriteBufferBytes = 1 << 20, Compression = "none" });
        using var stop = new CancellationTokenSource();
        using var room = new SemaphoreSlim(0);
        var commits = 0;
        var writing = Task.Run(async () =>
        {
            var batch = new WriteBatch();
            for (var i = 1; i <= Rounds * CommitsOfARound; i++)
            {
                await room.WaitAsync();
                var number = Encoding.ASCII.GetBytes($"{i:D9}");
                batch.Clear();
                batch.Put(Bucket.Revisions, number, new byte[2000]);
                batch.Put(Bucket.Leases, "last"u8.ToArray(), number);
                batch.Put(Bucket.Meta, "state"u8.ToArray(), number);
                small.Commit(batch);
                Volatile.Write(ref commits, i);
            }
        });
        var compacting = Task.Run(() =>
        {
            while (!stop.IsCancellationRequested)
            {
                small.Compact(CancellationToken.None);
            }
        });
        for (var round = 0; round < Rounds; round++)
        {
            // The amount of state must not depend on the speed of the machine.
            room.Release(CommitsOfARound);
            var before = Volatile.Read(ref commits);
            using var files = small.TakeFiles();
            _target.LoadFiles(new MemoryStream(Written(files)), _ => { }, CancellationToken.None);
            var state = _target.Get(Bucket.Meta, "state");
            Assert.Equal(Encoding.ASCII.GetString(files.Read(Bucket.Meta, "state"u8) ?? []), state ?? "");
            Assert.Equal(_target.Get(Bucket.Leases, "last"), state);
            var last = state is null ? 0 : int.Parse(state, System.Globalization.CultureInfo.InvariantCulture);
            Assert.True(last >= before, $"{before} commits were made before the call, and the files hold {last}");
            Assert.Equal(last, _target.Walk(Bucket.Revisions).Length);
        }

        await writing;
        await stop.CancelAsync();
        await compacting;
    }

    [Fact]
    public void Dispose_OfTakenFiles_RemovesTheirFolder()
    {
        Fill(_source, 0, 10);
        using (_source.TakeFiles())
        {
            Assert.Single(Directory.GetDirectories(SourcePath, "files-*"));
        }

        Assert.Single(Directory.GetDirectories(SourcePath));
    }

    [Fact]
    public void Open_CheckpointOfACrashedProcess_IsRemoved()
    {
        Directory.CreateDirectory(Path.Combine(SourcePath, "files-1.tmp"));
        Directory.CreateDirectory(Path.Combine(SourcePath, "files-2.tmp.tmp"));
        _source.Dispose();
        Open("source").Dispose();
        Assert.Single(Directory.GetDirectories(SourcePath));
    }

    [Fact]
    public void LoadFiles_ThatAreNotAccepted_LeavesTheOldContent()
    {
        _source.Put(Bucket.Meta, "state", "new");
        var refused = Assert.Throws<EngineException>(() => _target.LoadFiles(new MemoryStream(Files()), view => Refuse(view), CancellationToken.None));
        Assert.Equal("new is not wanted", refused.Message);
        TargetIsOld();

        static void Refuse(IReadView view)
        {
            Assert.True(view.TryGet(Bucket.Meta, "state"u8, out var state));
            throw new EngineException($"{Encoding.ASCII.GetString(state.Span)} is not wanted");
        }
    }

    [Fact]
    public void LoadFiles_DamagedOrCutAtAnyPlace_LeavesTheOldContentAndSaysWhy()
    {
        Fill(_source, 0, 50);
        var good = Files();
        var random = new Random(11);
        var places = Enumerable.Range(0, StateFilesLayout.HeaderBytes + StateFilesLayout.HeadBytes)
            .Concat(Enumerable.Range(0, 100).Select(_ => random.Next(good.Length)))
            .Concat(Enumerable.Range(good.Length - StateFilesLayout.TrailerBytes, StateFilesLayout.TrailerBytes));
        foreach (var place in places)
        {
            var bad = good.ToArray();
            bad[place] ^= 0x10;
            Refused(bad, $"byte {place} damaged");
            Refused(good[..place], $"cut at byte {place}");
        }

        Refused([.. good, 0], "a byte more");
        TargetIsOld();
    }

    [Fact]
    public void LoadFiles_WhereTheDiskStopsTakingAnything_LeavesTheOldContent()
    {
        Fill(_source, 0, 50);

        // The folder of the next generation cannot be created, because a file has its name.
        File.WriteAllText(Path.Combine(_folder.Path, "target", "db-0000000000000002"), "");
        Assert.Throws<EngineException>(() => Load(Files()));
        TargetIsOld();
    }

    [Fact]
    public void CheckFiles_GoodAndDamaged_DetectsDamageAndCreatesNothing()
    {
        Fill(_source, 0, 50);
        var good = Files();
        _target.CheckFiles(new MemoryStream(good));
        good[good.Length / 2] ^= 1;
        Assert.Throws<EngineException>(() => _target.CheckFiles(new MemoryStream(good)));
        TargetIsOld();
    }

    private string SourcePath => Path.Combine(_folder.Path, "source");

    private void Refused(byte[] bad, string how)
    {
        var refused = Record.Exception(() => Load(bad));
        Assert.True(refused is EngineException { Message.Length: > 20 }, $"{how}: {refused}");
    }

    private void Load(byte[] files) => _target.LoadFiles(new MemoryStream(files), _ => { }, CancellationToken.None);

    private void TargetIsOld()
    {
        Assert.Equal("old", _target.Get(Bucket.Meta, "state"));
        Assert.Single(Directory.GetDirectories(Path.Combine(_folder.Path, "target")));
        _target.Dispose();
        using var again = Open("target");
        Assert.Equal("old", again.Get(Bucket.Meta, "state"));
    }

    private byte[] Files()
    {
        using var files = _source.TakeFiles();
        return Written(files);
    }

    private static byte[] Written(IStateFiles files)
    {
        var stream = new MemoryStream();
        files.WriteTo(stream, CancellationToken.None);
        return stream.ToArray();
    }

    private static void Fill(RocksDbEngine engine, int from, int count)
    {
        for (var i = from; i < from + count; i++)
        {
            var batch = new WriteBatch();
            batch.Put(Bucket.Revisions, Encoding.ASCII.GetBytes($"{i:D9}"), Encoding.ASCII.GetBytes($"value {i}"));
            batch.Put(Bucket.Meta, "state"u8.ToArray(), Encoding.ASCII.GetBytes($"{i}"));
            engine.Commit(batch);
        }
    }

    private RocksDbEngine Open(string name) => RocksDbEngine.Open(Path.Combine(_folder.Path, name), new RocksDbSettings());
}
