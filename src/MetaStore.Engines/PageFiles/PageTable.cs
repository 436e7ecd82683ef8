using System.Buffers.Binary;
using System.Numerics;
using MetaStore.Engines.Paged;
using MetaStore.IO;

namespace MetaStore.Engines.PageFiles;

/// <summary>The first part of a paged checkpoint: which pages of which files it consists of, and what of them is deleted.</summary>
/// <remarks>
/// <code>
/// header   "MSPAGTAB" u32 format u32 files u32 pages u32 words u32 crc(of the 24 bytes before)
/// file     u64 number u64 length
/// page     u32 file i32 entries i64 offset i32 recordLength u32 crc(of the record after its header) u32 words, then that many u64 with a bit per deleted entry
/// end      u32 crc(of all files and pages)
/// </code>
/// Integers are little-endian, crc is CRC-32C. Pages ascend by key. What is in no page follows as a checkpoint.
/// </remarks>
internal sealed class PageTable
{
    internal const uint Version = 1;
    internal const int HeaderBytes = 28;
    internal const int FileBytes = 16;
    internal const int PageBytes = 28;

    private PageTable(List<StoredFile> files, List<TablePage> pages) => (Files, Pages) = (files, pages);

    internal IReadOnlyList<StoredFile> Files { get; }

    internal IReadOnlyList<TablePage> Pages { get; }

    private static ReadOnlySpan<byte> Magic => "MSPAGTAB"u8;

    /// <summary>The table of the pages of a version that are in files.</summary>
    internal static PageTable Of(IEnumerable<PageView> views)
    {
        var numbers = new Dictionary<ulong, int>();
        var files = new List<StoredFile>();
        var pages = new List<TablePage>();
        foreach (var view in views)
        {
            if (view.IsFull && view.Page.Stored is { } stored)
            {
                if (!numbers.TryGetValue(stored.File.Number, out var file))
                {
                    numbers[stored.File.Number] = file = files.Count;
                    files.Add(stored.File);
                }

                pages.Add(new TablePage(file, stored.Offset, stored.RecordBytes, view.Count, stored.Checksum, view.DeletedCount > 0 ? view.Deleted.ToArray() : default));
            }
        }

        return new PageTable(files, pages);
    }

    internal void WriteTo(Stream target)
    {
        var words = Pages.Sum(page => page.Deleted.Length);
        var bytes = new byte[HeaderBytes + (Files.Count * FileBytes) + (Pages.Count * PageBytes) + (words * sizeof(ulong)) + sizeof(uint)];
        Magic.CopyTo(bytes);
        ReadOnlySpan<uint> counts = [Version, (uint)Files.Count, (uint)Pages.Count, (uint)words];
        for (var i = 0; i < counts.Length; i++)
        {
            BinaryPrimitives.WriteUInt32LittleEndian(bytes.AsSpan(8 + (4 * i)), counts[i]);
        }

        BinaryPrimitives.WriteUInt32LittleEndian(bytes.AsSpan(24), Crc32C.Compute(bytes.AsSpan(0, 24)));
        var at = bytes.AsSpan(HeaderBytes);
        foreach (var file in Files)
        {
            BinaryPrimitives.WriteUInt64LittleEndian(at, file.Number);
            BinaryPrimitives.WriteInt64LittleEndian(at[8..], file.Bytes);
            at = at[FileBytes..];
        }

        foreach (var page in Pages)
        {
            at = Write(page, at);
        }

        BinaryPrimitives.WriteUInt32LittleEndian(at, Crc32C.Compute(bytes.AsSpan(HeaderBytes, bytes.Length - HeaderBytes - sizeof(uint))));
        target.Write(bytes, 0, bytes.Length);
    }

    /// <summary>Reads an untrusted table: counts, positions, marks and checksums are verified. Memory grows with what is really there.</summary>
    /// <exception cref="EngineException">It is damaged; the message says what and where.</exception>
    internal static PageTable Read(Stream source)
    {
        var header = Take(source, HeaderBytes);
        Require(header.AsSpan().StartsWith(Magic), "these are no pages: the first eight bytes are wrong");
        Require(Crc32C.Compute(header.AsSpan(0, 24)) == BinaryPrimitives.ReadUInt32LittleEndian(header.AsSpan(24)), "the header of the page table has a wrong checksum");
        var version = BinaryPrimitives.ReadUInt32LittleEndian(header.AsSpan(8));
        Require(version == Version, $"format {version} of the page table is not known, only {Version}");
        long fileCount = BinaryPrimitives.ReadUInt32LittleEndian(header.AsSpan(12));
        long pageCount = BinaryPrimitives.ReadUInt32LittleEndian(header.AsSpan(16));
        long words = BinaryPrimitives.ReadUInt32LittleEndian(header.AsSpan(20));
        var body = Take(source, (fileCount * FileBytes) + (pageCount * PageBytes) + (words * sizeof(ulong)) + sizeof(uint));
        Require(Crc32C.Compute(body.AsSpan(0, body.Length - 4)) == BinaryPrimitives.ReadUInt32LittleEndian(body.AsSpan(body.Length - 4)), "the page table has a wrong checksum");
        ReadOnlySpan<byte> at = body.AsSpan(0, body.Length - 4);
        var files = new List<StoredFile>();
        for (; fileCount > 0; fileCount--, at = at[FileBytes..])
        {
            files.Add(new StoredFile(BinaryPrimitives.ReadUInt64LittleEndian(at), BinaryPrimitives.ReadInt64LittleEndian(at[8..])));
        }

        Require(files.Select(file => file.Number).Distinct().Count() == files.Count, "a page file is named twice");
        var pages = new List<TablePage>();
        for (; pageCount > 0; pageCount--)
        {
            pages.Add(ReadPage(ref at, files, pages.Count));
        }

        Require(at.IsEmpty, "the page table has more marks than its pages");
        return new PageTable(files, pages);
    }

    private static Span<byte> Write(scoped in TablePage page, Span<byte> at)
    {
        BinaryPrimitives.WriteInt32LittleEndian(at, page.File);
        BinaryPrimitives.WriteInt32LittleEndian(at[4..], page.Entries);
        BinaryPrimitives.WriteInt64LittleEndian(at[8..], page.Offset);
        BinaryPrimitives.WriteInt32LittleEndian(at[16..], page.RecordBytes);
        BinaryPrimitives.WriteUInt32LittleEndian(at[20..], page.Checksum);
        BinaryPrimitives.WriteInt32LittleEndian(at[24..], page.Deleted.Length);
        at = at[PageBytes..];
        foreach (var word in page.Deleted.Span)
        {
            BinaryPrimitives.WriteUInt64LittleEndian(at, word);
            at = at[sizeof(ulong)..];
        }

        return at;
    }

    private static TablePage ReadPage(ref ReadOnlySpan<byte> at, List<StoredFile> files, int number)
    {
        Require(at.Length >= PageBytes, $"page {number} of the table is cut off");
        var page = new TablePage(
            BinaryPrimitives.ReadInt32LittleEndian(at), BinaryPrimitives.ReadInt64LittleEndian(at[8..]), BinaryPrimitives.ReadInt32LittleEndian(at[16..]),
            BinaryPrimitives.ReadInt32LittleEndian(at[4..]), BinaryPrimitives.ReadUInt32LittleEndian(at[20..]), default);
        var words = BinaryPrimitives.ReadInt32LittleEndian(at[24..]);
        at = at[PageBytes..];
        Require(page.File >= 0 && page.File < files.Count, $"page {number} names a file that is not in the table");
        Require(
            page.Offset >= PageFileFormat.HeaderBytes && page.RecordBytes > PageFileFormat.RecordHeaderBytes
            && page.Offset <= files[page.File].Bytes - page.RecordBytes && page.Offset % PageFileFormat.Alignment == 0,
            $"page {number} lies outside of its file");
        Require(page.Entries > 0 && page.Entries <= page.RecordBytes / Page.SlotBytes, $"page {number} claims {page.Entries} entries");
        Require(words >= 0 && words <= (page.Entries + 63L) >> 6 && at.Length >= (long)words * sizeof(ulong), $"page {number} claims {words} words of marks");
        if (words == 0)
        {
            return page;
        }

        // Not as many as the entries would need: their number is only a claim until the file has been read.
        var marks = new ulong[words];
        var count = 0;
        for (var i = 0; i < words; i++, at = at[sizeof(ulong)..])
        {
            marks[i] = BinaryPrimitives.ReadUInt64LittleEndian(at);
            count += BitOperations.PopCount(marks[i]);
        }

        var beyond = page.Entries & 63;
        Require(beyond == 0 || words < (page.Entries + 63L) >> 6 || marks[^1] >> beyond == 0, $"page {number} has a mark beyond its entries");
        Require(count < page.Entries, $"everything in page {number} is deleted");
        return page with { Deleted = marks };
    }

    private static byte[] Take(Stream source, long bytes)
    {
        const int Piece = 1 << 20;
        Require(bytes <= Array.MaxLength, $"the page table claims {bytes} bytes");
        var read = new byte[Math.Min(bytes, Piece)];
        for (var have = 0; ;)
        {
            var found = source.ReadAtLeast(read.AsSpan(have), read.Length - have, throwOnEndOfStream: false);
            have += found;
            Require(have == read.Length, "it ends inside the page table");
            if (have == bytes)
            {
                return read;
            }

            Array.Resize(ref read, (int)Math.Min(bytes, 2L * have));
        }
    }

    private static void Require(bool holds, string what)
    {
        if (!holds)
        {
            throw new EngineException($"checkpoint damaged: {what}");
        }
    }
}
