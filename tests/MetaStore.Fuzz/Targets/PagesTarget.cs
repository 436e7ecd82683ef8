using MetaStore.Engines;
using MetaStore.Engines.Memory;
using MetaStore.Engines.PageFiles;
using MetaStore.Fuzz.Inputs;

namespace MetaStore.Fuzz.Targets;

/// <summary>
/// The state of a member that has page files: the checkpoint that names them, then the files, each from its first eight bytes to those of the next. When the first byte
/// is odd, checksums are made right first. What is accepted must be readable throughout and take changes.
/// </summary>
internal static class PagesTarget
{
    private const string Folder = "/snap";
    private static readonly PageFileSettings Small = new() { PageBytes = 512, FileBytesMin = 1, FileBytesMax = 1200, HeapBytesMax = 1 };

    private static ReadOnlySpan<byte> FileMagic => "MSPAGES1"u8;

    public static bool Run(byte[] input)
    {
        if (input.Length == 0)
        {
            return false;
        }

        byte[] checkpoint = Split(input.AsSpan(1), out Dictionary<ulong, byte[]> files);
        if (input[0] % 2 == 1)
        {
            Checksums.OfPages(checkpoint, files);
        }

        var disk = new MemoryDisk();
        var folder = new PageFolder(disk, Folder, Small);
        foreach ((ulong number, byte[] file) in files)
        {
            disk.Add(folder.PathOf(number), file);
        }

        using var engine = new MemoryEngine(folder);
        try
        {
            engine.LoadPaged(new MemoryStream(checkpoint), CancellationToken.None);
        }
        catch (EngineException)
        {
            return false;
        }

        ReadAndChange(engine);
        return true;
    }

    public static IEnumerable<byte[]> Seeds()
    {
        byte[] plain = Written(count: 50, static number => [.. RevisionOf(number), (byte)'_', .. new byte[8]]);
        byte[] keysOfAllForms = Written(count: 50, static number => number % 3 == 0 ? [.. RevisionOf(number), .. new byte[number % 4]] : RevisionOf((ulong)number << 33));
        return [[0, .. plain], [1, .. plain], [1, .. keysOfAllForms]];
    }

    private static byte[] Split(ReadOnlySpan<byte> input, out Dictionary<ulong, byte[]> files)
    {
        files = [];
        int at = input.IndexOf(FileMagic);
        byte[] checkpoint = (at < 0 ? input : input[..at]).ToArray();
        while (at >= 0)
        {
            input = input[at..];
            at = input[1..].IndexOf(FileMagic) + 1;
            at = at == 0 ? -1 : at;
            byte[] file = (at < 0 ? input : input[..at]).ToArray();
            if (file.Length >= PageFileFormat.HeaderBytes)
            {
                files[BitConverter.ToUInt64(file, 16)] = file;
            }
        }

        return checkpoint;
    }

    private static void ReadAndChange(MemoryEngine engine)
    {
        List<(byte[] Key, byte[] Value)> entries = ReadAll(engine);
        var batch = new WriteBatch();
        for (int i = 0; i < entries.Count; i += 2)
        {
            batch.Delete(Bucket.Revisions, entries[i].Key);
        }

        byte[] last = [.. entries.Count == 0 ? [] : entries[^1].Key, 0xff];
        batch.Put(Bucket.Revisions, last, last);
        engine.Commit(batch);
        List<(byte[] Key, byte[] Value)> left = ReadAll(engine);
        if (left.Count != (entries.Count / 2) + 1 || !left[^1].Value.AsSpan().SequenceEqual(last))
        {
            throw new InvalidOperationException($"of {entries.Count} entries, every second one deleted and one added, there are {left.Count}");
        }
    }

    private static List<(byte[] Key, byte[] Value)> ReadAll(MemoryEngine engine)
    {
        var entries = new List<(byte[] Key, byte[] Value)>();
        using IReadView view = engine.OpenView();
        using IEngineCursor cursor = view.Seek(Bucket.Revisions, [], []);
        while (cursor.MoveNext())
        {
            if (entries.Count > 0 && cursor.Key.Span.SequenceCompareTo(entries[^1].Key) <= 0)
            {
                throw new InvalidOperationException("entries are out of order");
            }

            if (!view.TryGet(Bucket.Revisions, cursor.Key.Span, out ReadOnlyMemory<byte> found) || !found.Span.SequenceEqual(cursor.Value.Span))
            {
                throw new InvalidOperationException("an entry is not found by its key");
            }

            entries.Add((cursor.Key.ToArray(), cursor.Value.ToArray()));
        }

        return entries;
    }

    /// <summary>A state whose full pages are in files, some of their entries deleted.</summary>
    private static byte[] Written(int count, Func<ulong, byte[]> key)
    {
        var disk = new MemoryDisk();
        using var engine = new MemoryEngine(new PageFolder(disk, Folder, Small));
        byte[][] keys = [.. Enumerable.Range(1, count).Select(number => key((ulong)number)).Order(Comparer<byte[]>.Create(static (left, right) => left.AsSpan().SequenceCompareTo(right)))];
        for (int i = 0; i < keys.Length; i++)
        {
            var batch = new WriteBatch();
            batch.Put(Bucket.Revisions, keys[i], Enumerable.Repeat((byte)i, 30 + (i % 5)).ToArray());
            batch.Put(Bucket.Meta, "m"u8.ToArray(), new[] { (byte)i });
            engine.Commit(batch);
        }

        var deletion = new WriteBatch();
        foreach (int deleted in (int[])[2, 5, 9])
        {
            deletion.Delete(Bucket.Revisions, keys[deleted]);
        }

        engine.Commit(deletion);
        using IReadView view = engine.OpenView();
        engine.StorePages(view, beforeCheckpoint: true, CancellationToken.None);
        using var checkpoint = new MemoryStream();
        engine.WritePagedCheckpoint(view, checkpoint, CancellationToken.None);
        return [.. checkpoint.ToArray(), .. disk.Contents.SelectMany(static file => file)];
    }

    private static byte[] RevisionOf(ulong number)
    {
        byte[] revision = BitConverter.GetBytes(number);
        Array.Reverse(revision);
        return revision;
    }
}
