using System.Buffers.Binary;

namespace MetaStore.Bolt.Reading;

/// <summary>The list of free pages. etcd does not store it; files of others may.</summary>
internal static class Freelist
{
    /// <summary>The free pages, and those of the list itself: none of them may be in a tree.</summary>
    /// <exception cref="BoltException">The list is damaged.</exception>
    public static PageSet Read(PageFile file)
    {
        var free = new PageSet(file.Meta.End);
        var page = file.Meta.Freelist;
        if (page == BoltFormat.NoFreelist)
        {
            return free;
        }

        var buffer = Array.Empty<byte>();
        var (kind, count) = file.Read(page, 0, ref buffer, out var length);
        Require(kind == PageKind.Freelist, page, $"its kind is {(int)kind}, but it is the list of free pages");
        for (var i = 0; i < length / file.Meta.PageBytes; i++)
        {
            free.Add(page + (ulong)i);
        }

        var ids = buffer.AsSpan(BoltFormat.HeaderBytes, length - BoltFormat.HeaderBytes);
        var free64 = (ulong)count;
        if (count == BoltFormat.CountInData)
        {
            free64 = BinaryPrimitives.ReadUInt64LittleEndian(ids);
            ids = ids[BoltFormat.IdBytes..];
        }

        Require(free64 <= (ulong)(ids.Length / BoltFormat.IdBytes), page, $"{free64} free pages do not fit into its {length} bytes");
        for (var i = 0; i < (int)free64; i++)
        {
            var id = BinaryPrimitives.ReadUInt64LittleEndian(ids[(i * BoltFormat.IdBytes)..]);
            Require(id >= BoltFormat.FirstDataPage && id < file.Meta.End, page, $"free page {id} is not one of the {file.Meta.End} pages in use");
            Require(free.Add(id), page, $"page {id} is free twice, or is the list itself");
        }

        return free;
    }

    private static void Require(bool holds, ulong page, string reason)
    {
        if (!holds)
        {
            throw new BoltException(page, reason);
        }
    }
}
