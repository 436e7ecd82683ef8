using System.Buffers.Binary;
using MetaStore.Engines;
using MetaStore.Engines.Memory;
using MetaStore.Engines.PageFiles;
using MetaStore.Raft.Messages;
using MetaStore.Raft.Storage.Snapshots;
using MetaStore.Simulation.Disk;
using MetaStore.Simulation.Kernel;

namespace MetaStore.Simulation.Tests.Disk;

/// <summary>The power is cut at every operation of a second snapshot and of the deletions after it: the newest snapshot there is can be loaded.</summary>
public sealed class PagedSnapshotCutTests
{
    private const string Folder = "/data/snap";
    private const ulong Cluster = 0xC1;
    private static readonly PageFileSettings Settings = new() { PageBytes = 400, FileBytesMin = 1, FileBytesMax = 1500 };

    [Fact]
    public void SecondSnapshot_PowerCutAtEveryStep_LeavesOneThatIsWhole()
    {
        for (int steps = 0; ; steps++)
        {
            bool isDone = false;
            for (ulong seed = 0; seed < 12; seed++)
            {
                isDone = Cut(steps, seed);
            }

            if (isDone)
            {
                Assert.True(steps > 15, $"{steps} steps");
                return;
            }
        }
    }

    /// <returns>True when everything was done before the cut.</returns>
    private static bool Cut(int steps, ulong seed)
    {
        var disk = new SimDisk(new SimRandom(seed));
        disk.CreateDirectory("/data");
        SnapshotStore store = SnapshotStore.Open(Folder, Cluster, disk);
        var engine = new MemoryEngine(new PageFolder(disk, Folder, Settings));
        Put(engine, 1, 60);
        Write(store, engine, 10);
        string[] first = Content(engine);
        Put(engine, 61, 120);
        Delete(engine, 1, 50);
        string[] second = Content(engine);
        bool isDone = false;
        disk.CutPowerAfter(steps);
        try
        {
            Write(store, engine, 20);
            store.DeleteOlder(before: 20, keep: 0);
            engine.DeletePageFiles(Named(engine, store));
            isDone = true;
        }
        catch (PowerCutException)
        {
            // As planned.
        }

        disk.CutPower();
        store = SnapshotStore.Open(Folder, Cluster, disk);
        SnapshotFile newest = store.OpenNewest()!;
        Assert.True(newest.Metadata.Index == 20 || !isDone, $"step {steps}, seed {seed}: the durable snapshot is gone");
        var started = new MemoryEngine(new PageFolder(disk, Folder, Settings));
        using (Stream body = newest.OpenBody())
        {
            started.LoadPaged(body, CancellationToken.None);
        }

        Assert.Equal(newest.Metadata.Index == 20 ? second : first, Content(started));

        // What the cut left is deleted, and nothing that is needed.
        started.DeletePageFiles(Named(started, store));
        Put(started, 200, 300);
        Write(store, started, 30);
        var again = new MemoryEngine(new PageFolder(disk, Folder, Settings));
        using (Stream body = store.Open(30)!.OpenBody())
        {
            again.LoadPaged(body, CancellationToken.None);
        }

        Assert.Equal(Content(started), Content(again));
        return isDone;
    }

    private static HashSet<ulong> Named(MemoryEngine engine, SnapshotStore store)
    {
        var named = new HashSet<ulong>();
        foreach (Stream body in store.OpenBodies(SnapshotBody.Pages))
        {
            using (body)
            {
                named.UnionWith(engine.PageFilesOf(body));
            }
        }

        return named;
    }

    private static void Write(SnapshotStore store, MemoryEngine engine, ulong index)
    {
        using IReadView view = engine.OpenView();
        Assert.True(engine.StorePages(view, beforeCheckpoint: true, CancellationToken.None));
        store.Write(new SnapshotMetadata(index, 1, ConfState.Of(1)), stream => engine.WritePagedCheckpoint(view, stream, CancellationToken.None), kind: SnapshotBody.Pages);
    }

    private static string[] Content(MemoryEngine engine)
    {
        var content = new List<string>();
        using IReadView view = engine.OpenView();
        using IEngineCursor cursor = view.Seek(Bucket.Revisions, [], []);
        while (cursor.MoveNext())
        {
            content.Add($"{Convert.ToHexString(cursor.Key.Span)} {Convert.ToHexString(cursor.Value.Span)}");
        }

        return [.. content];
    }

    private static void Put(MemoryEngine engine, int from, int to)
    {
        var batch = new WriteBatch();
        for (int number = from; number <= to; number++)
        {
            batch.Put(Bucket.Revisions, Key(number), new byte[] { (byte)number, 1, 2, 3 });
        }

        engine.Commit(batch);
    }

    private static void Delete(MemoryEngine engine, int from, int to)
    {
        var batch = new WriteBatch();
        for (int number = from; number <= to; number++)
        {
            batch.Delete(Bucket.Revisions, Key(number));
        }

        engine.Commit(batch);
    }

    private static byte[] Key(int number)
    {
        var key = new byte[17];
        BinaryPrimitives.WriteInt64BigEndian(key, number);
        return key;
    }
}
