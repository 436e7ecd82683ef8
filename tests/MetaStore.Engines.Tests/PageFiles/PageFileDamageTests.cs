using System.Buffers.Binary;
using MetaStore.Engines.PageFiles;
using MetaStore.Engines.Paged;
using MetaStore.IO;

namespace MetaStore.Engines.Tests.PageFiles;

/// <summary>Damaged and hostile page files, tables and pages: refused, or read as what they are; never an exception of another kind.</summary>
public sealed class PageFileDamageTests : IDisposable
{
    private static readonly int Factor = Environment.GetEnvironmentVariable("METASTORE_EXHAUSTIVE") == "1" ? 50 : 1;

    private readonly PagedRig _rig = new(PagedRig.Small with { PageBytes = 300 });

    public void Dispose() => _rig.Dispose();

    [Fact]
    public void PageFile_AnyByteChanged_IsRefused()
    {
        _rig.Put(1, 20, valueBytes: 20);
        var checkpoint = _rig.Checkpoint();
        var file = Assert.Single(_rig.Files);
        var bytes = File.ReadAllBytes(file);
        for (var at = 0; at < bytes.Length; at++)
        {
            var changed = bytes.AsSpan().ToArray();
            changed[at] ^= (byte)(1 << (at % 8));
            File.WriteAllBytes(file, changed);
            var refused = Assert.Throws<EngineException>(() => _rig.Loaded(checkpoint));
            Assert.Contains("damaged", refused.Message, StringComparison.Ordinal);
            Assert.Equal(EngineFault.Damaged, refused.Fault);
        }

        foreach (var length in (int[])[0, 1, 31, bytes.Length - 1, bytes.Length + 8])
        {
            var changed = new byte[length];
            bytes.AsSpan(0, Math.Min(length, bytes.Length)).CopyTo(changed);
            File.WriteAllBytes(file, changed);
            Assert.Throws<EngineException>(() => _rig.Loaded(checkpoint));
        }

        File.Delete(file);
        Assert.Contains("is missing", Assert.Throws<EngineException>(() => _rig.Loaded(checkpoint)).Message, StringComparison.Ordinal);
        File.WriteAllBytes(file, bytes);
        PagedRig.AssertSame(_rig.Loaded(checkpoint), [.. _rig.Model]);
    }

    [Fact]
    public void Checkpoint_AnyByteChangedOrCutOff_IsRefused()
    {
        _rig.Put(1, 30, valueBytes: 20);
        _rig.Delete(2, 20, 3);
        var bytes = _rig.Checkpoint();
        for (var at = 0; at < bytes.Length; at++)
        {
            var changed = bytes.AsSpan().ToArray();
            changed[at] ^= (byte)(1 << (at % 8));
            Assert.Throws<EngineException>(() => _rig.Loaded(changed));
            Assert.Throws<EngineException>(() => _rig.Loaded(bytes[..at]));
        }
    }

    [Fact]
    public void Page_OfAnotherCheckpoint_IsRefused()
    {
        _rig.Put(1, 30, valueBytes: 20);
        var checkpoint = _rig.Checkpoint();
        using var other = new PagedRig(_rig.Settings);
        other.Put(36, 65, valueBytes: 20);
        other.Checkpoint();
        File.Copy(other.Files[0], _rig.Files[0], overwrite: true);
        Assert.Contains("another one than the snapshot names", Assert.Throws<EngineException>(() => _rig.Loaded(checkpoint)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Table_RandomFieldsWithRightChecksums_IsRefusedOrRead()
    {
        _rig.Put(1, 60, valueBytes: 20);
        _rig.Delete(2, 40, 3);
        var bytes = _rig.Checkpoint();
        var table = TableBytes(bytes);
        var random = new Random(7);
        var refused = 0;
        for (var i = 0; i < 4000 * Factor; i++)
        {
            var changed = bytes.AsSpan().ToArray();
            for (var change = random.Next(3); change >= 0; change--)
            {
                var at = random.Next(3) == 0 ? random.Next(8, PageTable.HeaderBytes - 4) : random.Next(PageTable.HeaderBytes, table);
                changed[at] = random.Next(3) switch { 0 => 0xff, 1 => (byte)random.Next(256), _ => (byte)(changed[at] + random.Next(-2, 3)) };
            }

            Sum(changed, 24, 0, 24);
            Sum(changed, table - 4, PageTable.HeaderBytes, table - 4 - PageTable.HeaderBytes);
            try
            {
                _rig.Loaded(changed).Dispose();
            }
            catch (EngineException)
            {
                refused++;
            }
        }

        Assert.True(refused > 1000, $"{refused} were refused");
    }

    [Fact]
    public void Table_ThatClaimsALargePage_TakesNoMemoryForIt()
    {
        _rig.Put(1, 60, valueBytes: 20);
        _rig.Delete(2, 40, 3);
        var bytes = _rig.Checkpoint();
        var page = PageTable.HeaderBytes + (BinaryPrimitives.ReadInt32LittleEndian(bytes.AsSpan(12)) * PageTable.FileBytes);
        BinaryPrimitives.WriteInt64LittleEndian(bytes.AsSpan(PageTable.HeaderBytes + 8), 1L << 40);
        BinaryPrimitives.WriteInt32LittleEndian(bytes.AsSpan(page + 4), 1 << 27);
        BinaryPrimitives.WriteInt32LittleEndian(bytes.AsSpan(page + 16), int.MaxValue);
        var table = TableBytes(bytes);
        Sum(bytes, table - 4, PageTable.HeaderBytes, table - 4 - PageTable.HeaderBytes);
        var before = GC.GetAllocatedBytesForCurrentThread();
        Assert.Throws<EngineException>(() => _rig.Loaded(bytes));
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 1 << 20);
    }

    [Fact]
    public void Page_RandomImages_AreRefusedOrReadableThroughout()
    {
        var random = new Random(11);
        var (refused, read) = (0, 0);
        for (var i = 0; i < 20_000 * Factor; i++)
        {
            var (key, image, count) = RandomPage(random);
            for (var change = random.Next(4); change > 0; change--)
            {
                var at = random.Next(2) == 0 ? random.Next(image.Length) : image.Length - 1 - random.Next(Math.Min(image.Length, count * 8));
                image[at] = random.Next(2) == 0 ? (byte)random.Next(256) : (byte)(image[at] + random.Next(-1, 2));
            }

            count += random.Next(12) == 0 ? random.Next(-1, 40) : 0;
            if (count < 1 || PageCheck.Fault(key, image, count) is not null)
            {
                refused++;
                continue;
            }

            read++;
            ReadAll(new Page(key, new StoredPage(new StoredFile(1, 1000), 32, image.Length, 0, image), count), count);
        }

        Assert.True(refused > 1000 && read > 1000, $"{refused} refused, {read} read");
    }

    /// <summary>Every entry is found by its key and is above the one before.</summary>
    private static void ReadAll(Page page, int count)
    {
        byte[] key = [], before = [];
        for (var index = 0; index < count; index++)
        {
            var length = page.CopyKey(index, ref key);
            Assert.Equal(index, page.LowerBound(key.AsSpan(0, length), count, out var found));
            Assert.True(found);
            Assert.True(index == 0 || key.AsSpan(0, length).SequenceCompareTo(before) > 0);
            Assert.Equal(length + page.ValueOf(index).Length, page.ContentOf(index));
            before = key[..length];
        }
    }

    private static (byte[] Key, byte[] Image, int Count) RandomPage(Random random)
    {
        var keys = new SortedSet<byte[]>(Ordered.BytewiseComparer.Instance);
        for (var i = random.Next(1, 9); i > 0; i--)
        {
            keys.Add(random.Next(3) == 0 ? [.. Enumerable.Range(0, random.Next(12)).Select(_ => (byte)random.Next(3))] : PagedRig.Key(random.Next(20)));
        }

        var page = new Page(keys.First(), 600);
        foreach (var key in keys)
        {
            Assert.True(page.TryAppend(key, new byte[random.Next(20)]));
        }

        var image = new byte[page.ImageBytes];
        page.CopyImage(image);
        return (page.FirstKey, image, page.Count);
    }

    /// <summary>Length of the table at the beginning.</summary>
    private static int TableBytes(byte[] checkpoint)
    {
        int Count(int at) => BinaryPrimitives.ReadInt32LittleEndian(checkpoint.AsSpan(at));
        return PageTable.HeaderBytes + (Count(12) * PageTable.FileBytes) + (Count(16) * PageTable.PageBytes) + (Count(20) * 8) + 4;
    }

    private static void Sum(byte[] bytes, int at, int from, int length) =>
        BinaryPrimitives.WriteUInt32LittleEndian(bytes.AsSpan(at), Crc32C.Compute(bytes.AsSpan(from, length)));
}
