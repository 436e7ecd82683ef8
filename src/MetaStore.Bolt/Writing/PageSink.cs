using System.Buffers.Binary;

namespace MetaStore.Bolt.Writing;

/// <summary>Gives pages their numbers, in the order in which they are written.</summary>
internal sealed class PageSink(Stream target, int pageBytes)
{
    private readonly byte[] _padding = new byte[pageBytes];

    /// <summary>Bytes of a page.</summary>
    public int PageBytes => pageBytes;

    /// <summary>Number of the next page.</summary>
    public ulong Next { get; private set; } = BoltFormat.FirstDataPage;

    /// <summary>Writes a page and what it overflows into.</summary>
    /// <param name="kind">Its kind.</param>
    /// <param name="count">Number of elements.</param>
    /// <param name="page">Everything, with place for the header, which is filled in.</param>
    /// <returns>Its number.</returns>
    public ulong Write(PageKind kind, int count, Span<byte> page)
    {
        var id = Next;
        var pages = (page.Length + pageBytes - 1) / pageBytes;
        BinaryPrimitives.WriteUInt64LittleEndian(page, id);
        BinaryPrimitives.WriteUInt16LittleEndian(page[8..], (ushort)kind);
        BinaryPrimitives.WriteUInt16LittleEndian(page[10..], checked((ushort)count));
        BinaryPrimitives.WriteUInt32LittleEndian(page[12..], (uint)(pages - 1));
        target.Write(page);
        target.Write(_padding.AsSpan(0, (pages * pageBytes) - page.Length));
        Next += (ulong)pages;
        return id;
    }

    /// <summary>Writes a list of no free pages, which every version of bbolt reads.</summary>
    public ulong WriteEmptyFreelist() => Write(PageKind.Freelist, 0, new byte[BoltFormat.HeaderBytes]);
}
