using System.Buffers.Binary;

namespace MetaStore.Bolt;

/// <summary>Content of a meta page.</summary>
/// <param name="PageBytes">Page size of the file.</param>
/// <param name="Root">First page of the bucket of buckets.</param>
/// <param name="Freelist">First page of the list of free pages, or <see cref="BoltFormat.NoFreelist"/>.</param>
/// <param name="End">The first page number that is not in use yet.</param>
/// <param name="Transaction">Number of the transaction that wrote it.</param>
internal readonly record struct BoltMeta(int PageBytes, ulong Root, ulong Freelist, ulong End, ulong Transaction)
{
    private const int ChecksumAt = 56;

    /// <summary>Reads a meta.</summary>
    /// <param name="page">At least header and meta.</param>
    /// <param name="meta">Its content.</param>
    /// <param name="wrong">What is wrong with it.</param>
    public static bool TryRead(ReadOnlySpan<byte> page, out BoltMeta meta, out string wrong)
    {
        meta = default;
        var kind = BinaryPrimitives.ReadUInt16LittleEndian(page[8..]);
        var body = page.Slice(BoltFormat.HeaderBytes, BoltFormat.MetaBytes);
        var version = BinaryPrimitives.ReadUInt32LittleEndian(body[4..]);
        var pageBytes = BinaryPrimitives.ReadUInt32LittleEndian(body[8..]);
        wrong =
            BinaryPrimitives.ReadUInt32LittleEndian(body) != BoltFormat.Magic ? "the first four bytes of the meta are wrong: this is not a bbolt file"
            : version != BoltFormat.Version ? $"version {version} is not known, only {BoltFormat.Version}"
            : BinaryPrimitives.ReadUInt64LittleEndian(body[ChecksumAt..]) != Fnv64A.Compute(body[..ChecksumAt]) ? "the checksum of the meta is wrong"
            : (PageKind)kind != PageKind.Meta ? $"its kind is {kind} instead of {(int)PageKind.Meta}"
            : pageBytes is < BoltFormat.PageBytesMin or > BoltFormat.PageBytesMax || !uint.IsPow2(pageBytes) ? $"a page size of {pageBytes} bytes is not possible"
            : string.Empty;
        if (wrong.Length > 0)
        {
            return false;
        }

        meta = new BoltMeta(
            (int)pageBytes,
            BinaryPrimitives.ReadUInt64LittleEndian(body[16..]),
            BinaryPrimitives.ReadUInt64LittleEndian(body[32..]),
            BinaryPrimitives.ReadUInt64LittleEndian(body[40..]),
            BinaryPrimitives.ReadUInt64LittleEndian(body[48..]));
        return true;
    }

    /// <summary>Writes a whole meta page.</summary>
    /// <param name="page">Zeros, one page.</param>
    /// <param name="id">0 or 1.</param>
    public void Write(Span<byte> page, ulong id)
    {
        BinaryPrimitives.WriteUInt64LittleEndian(page, id);
        BinaryPrimitives.WriteUInt16LittleEndian(page[8..], (ushort)PageKind.Meta);
        var body = page.Slice(BoltFormat.HeaderBytes, BoltFormat.MetaBytes);
        BinaryPrimitives.WriteUInt32LittleEndian(body, BoltFormat.Magic);
        BinaryPrimitives.WriteUInt32LittleEndian(body[4..], BoltFormat.Version);
        BinaryPrimitives.WriteUInt32LittleEndian(body[8..], (uint)PageBytes);
        BinaryPrimitives.WriteUInt64LittleEndian(body[16..], Root);
        BinaryPrimitives.WriteUInt64LittleEndian(body[32..], Freelist);
        BinaryPrimitives.WriteUInt64LittleEndian(body[40..], End);
        BinaryPrimitives.WriteUInt64LittleEndian(body[48..], Transaction);
        BinaryPrimitives.WriteUInt64LittleEndian(body[ChecksumAt..], Fnv64A.Compute(body[..ChecksumAt]));
    }
}
