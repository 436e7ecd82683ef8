using System.Buffers.Binary;

namespace MetaStore.Bolt.Reading;

/// <summary>Reads pages of a file and checks their headers. One thread at a time.</summary>
internal sealed class PageFile
{
    private readonly Stream _source;

    private PageFile(Stream source, BoltMeta meta) => (_source, Meta) = (source, meta);

    /// <summary>The valid meta.</summary>
    public BoltMeta Meta { get; }

    /// <summary>Finds the valid meta.</summary>
    /// <param name="source">Seekable.</param>
    /// <param name="length">Bytes of the file; a backup's checksum after it is not counted.</param>
    /// <exception cref="BoltException">There is none, or it does not fit the file.</exception>
    public static PageFile Open(Stream source, long length)
    {
        var hasFirst = TryMeta(source, length, 0, out var first, out var wrong);
        var hasSecond = hasFirst
            ? TryMeta(source, length, first.PageBytes, out var second, out _)
            : TrySecondOfAnySize(source, length, out second);
        Require(hasFirst || hasSecond, 0, wrong);
        var (meta, page) = hasFirst && (!hasSecond || first.Transaction >= second.Transaction) ? (first, 0UL) : (second, 1UL);
        var pages = (ulong)(length / meta.PageBytes);
        Require(meta.End > BoltFormat.FirstDataPage && meta.End <= pages, page, $"the meta counts {meta.End} pages in use, but the file has {pages}");
        return new PageFile(source, meta);
    }

    /// <summary>Reads a page and what it overflows into.</summary>
    /// <param name="id">Any number.</param>
    /// <param name="referrer">Page that names it.</param>
    /// <param name="buffer">Replaced by a larger one when it is too short.</param>
    /// <param name="length">Bytes of the page with its overflow.</param>
    /// <returns>Its kind and number of elements.</returns>
    public (PageKind Kind, int Count) Read(ulong id, ulong referrer, ref byte[] buffer, out int length)
    {
        var size = Meta.PageBytes;
        Require(id >= BoltFormat.FirstDataPage && id < Meta.End, referrer, $"it refers to page {id}, which is not one of the {Meta.End} pages in use");
        Fit(ref buffer, size);
        Fill(id, 0, buffer.AsSpan(0, size));
        var written = BinaryPrimitives.ReadUInt64LittleEndian(buffer);
        Require(written == id, id, $"it says that it is page {written}");
        var overflow = BinaryPrimitives.ReadUInt32LittleEndian(buffer.AsSpan(12));
        Require(overflow < Meta.End - id, id, $"it overflows into {overflow} pages, beyond the last page in use");
        var whole = (1L + overflow) * size;
        Require(whole <= BoltFormat.LargePageBytesMax, id, $"it has {whole} bytes with its overflow");
        if (overflow > 0)
        {
            Fit(ref buffer, (int)whole);
            Fill(id, size, buffer.AsSpan(size, (int)whole - size));
        }

        length = (int)whole;
        return ((PageKind)BinaryPrimitives.ReadUInt16LittleEndian(buffer.AsSpan(8)), BinaryPrimitives.ReadUInt16LittleEndian(buffer.AsSpan(10)));
    }

    private static bool TryMeta(Stream source, long length, long offset, out BoltMeta meta, out string wrong)
    {
        Span<byte> page = stackalloc byte[BoltFormat.HeaderBytes + BoltFormat.MetaBytes];
        meta = default;
        wrong = "the file is too short for a meta";
        if (offset + page.Length > length)
        {
            return false;
        }

        source.Position = offset;
        source.ReadExactly(page);
        return BoltMeta.TryRead(page, out meta, out wrong);
    }

    /// <summary>The second meta is one page into the file; while the first is damaged, the size of a page is not known.</summary>
    private static bool TrySecondOfAnySize(Stream source, long length, out BoltMeta meta)
    {
        for (long size = BoltFormat.PageBytesMin; size <= BoltFormat.PageBytesMax; size *= 2)
        {
            if (TryMeta(source, length, size, out meta, out _) && meta.PageBytes == size)
            {
                return true;
            }
        }

        meta = default;
        return false;
    }

    private static void Fit(ref byte[] buffer, int length)
    {
        if (buffer.Length < length)
        {
            Array.Resize(ref buffer, length);
        }
    }

    private static void Require(bool holds, ulong page, string reason)
    {
        if (!holds)
        {
            throw new BoltException(page, reason);
        }
    }

    private void Fill(ulong page, int skip, Span<byte> target)
    {
        _source.Position = ((long)page * Meta.PageBytes) + skip;
        Require(_source.ReadAtLeast(target, target.Length, throwOnEndOfStream: false) == target.Length, page, "the file became shorter while it was read");
    }
}
