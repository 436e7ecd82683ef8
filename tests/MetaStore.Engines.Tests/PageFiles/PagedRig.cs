using System.Buffers.Binary;
using MetaStore.Engines.Memory;
using MetaStore.Engines.PageFiles;
using MetaStore.Engines.Tests.Ordered;

namespace MetaStore.Engines.Tests.PageFiles;

/// <summary>A memory engine with page files in a temporary folder, small sizes, and a plain model of its revisions.</summary>
internal sealed class PagedRig : IDisposable
{
    internal static readonly PageFileSettings Small = new() { PageBytes = 1024, FileBytesMin = 1, FileBytesMax = 20_000, HeapBytesMax = 1 };

    internal PagedRig(PageFileSettings? settings = null)
    {
        Folder = Directory.CreateTempSubdirectory("metastore-pages-").FullName;
        Settings = settings ?? Small;
        Engine = Open();
    }

    internal string Folder { get; }

    internal PageFileSettings Settings { get; }

    internal FaultyDisk Disk { get; } = new();

    internal MemoryEngine Engine { get; private set; }

    internal SortedDictionary<byte[], byte[]> Model { get; } = new(BytewiseComparer.Instance);

    internal string[] Files => [.. Directory.GetFiles(Folder, "*.pages").Order(StringComparer.Ordinal)];

    internal static byte[] Key(int number)
    {
        var key = new byte[17];
        BinaryPrimitives.WriteInt64BigEndian(key, number);
        key[8] = (byte)'_';
        return key;
    }

    public void Dispose() => Directory.Delete(Folder, recursive: true);

    /// <summary>Another engine on the same folder, as after a start.</summary>
    internal MemoryEngine Open() => new(new PageFolder(Disk, Folder, Settings));

    internal void Put(int from, int to, int valueBytes = 60)
    {
        for (var number = from; number <= to; number++)
        {
            var value = new byte[valueBytes + (number % 7)];
            new Random(number).NextBytes(value);
            var batch = new WriteBatch();
            batch.Put(Bucket.Revisions, Key(number), value);
            Model[Key(number)] = value;
            Engine.Commit(batch);
        }
    }

    internal void Delete(int from, int to, int step = 1)
    {
        var batch = new WriteBatch();
        for (var number = from; number <= to; number += step)
        {
            batch.Delete(Bucket.Revisions, Key(number));
            Model.Remove(Key(number));
        }

        Engine.Commit(batch);
    }

    internal bool Store(bool beforeCheckpoint = true)
    {
        using var view = Engine.OpenView();
        return Engine.StorePages(view, beforeCheckpoint, CancellationToken.None);
    }

    internal byte[] Checkpoint()
    {
        using var view = Engine.OpenView();
        Engine.StorePages(view, beforeCheckpoint: true, CancellationToken.None);
        var stream = new MemoryStream();
        Engine.WritePagedCheckpoint(view, stream, CancellationToken.None);
        return stream.ToArray();
    }

    internal MemoryEngine Loaded(byte[] checkpoint)
    {
        var engine = Open();
        engine.LoadPaged(new MemoryStream(checkpoint), CancellationToken.None);
        return engine;
    }

    internal void Replace(MemoryEngine engine) => Engine = engine;

    internal void AssertSame(string context = "") => AssertSame(Engine, [.. Model], context);

    internal static void AssertSame(MemoryEngine engine, KeyValuePair<byte[], byte[]>[] expected, string context = "")
    {
        using var view = engine.OpenView();
        AssertSame(view, expected, context);
        Assert.True(engine.SizeInUse >= expected.Sum(entry => (long)entry.Key.Length + entry.Value.Length), context);
    }

    internal static void AssertSame(IReadView view, KeyValuePair<byte[], byte[]>[] expected, string context = "")
    {
        using var cursor = view.Seek(Bucket.Revisions, [], []);
        foreach (var (key, value) in expected)
        {
            Assert.True(cursor.MoveNext(), context);
            Assert.True(cursor.Key.Span.SequenceEqual(key) && cursor.Value.Span.SequenceEqual(value), context);
            Assert.True(view.TryGet(Bucket.Revisions, key, out var found) && found.Span.SequenceEqual(value), context);
        }

        Assert.False(cursor.MoveNext(), context);
    }
}
