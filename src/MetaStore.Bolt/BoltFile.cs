using System.Buffers.Binary;
using MetaStore.Bolt.Reading;

namespace MetaStore.Bolt;

/// <summary>A bbolt file that was checked from its first page to its last: every page in use is either in the tree once, or free.</summary>
/// <remarks>
/// Nothing in the source is trusted: places, lengths, order of keys, kinds of pages, cycles and page numbers are checked before they are used.
/// The data of a leaf has no checksum in this format. One thread at a time. Source: go.etcd.io/bbolt.
/// </remarks>
public sealed class BoltFile
{
    /// <summary>Bytes at the start of a file by which <see cref="IsStart"/> recognizes it.</summary>
    public const int StartBytes = 20;

    private readonly PageFile _pages;

    private BoltFile(PageFile pages) => _pages = pages;

    /// <summary>Bytes of a page.</summary>
    public int PageBytes => _pages.Meta.PageBytes;

    /// <summary>Bytes up to the end of the last page in use; a file may be longer.</summary>
    public long UsedBytes => (long)_pages.Meta.End * PageBytes;

    /// <summary>Opens and checks a file.</summary>
    /// <param name="source">Seekable; must not change until the file is no longer read.</param>
    /// <param name="length">Bytes of the file in the source, from position 0.</param>
    /// <param name="visitor">Receives every entry of every bucket while the file is checked; null = none.</param>
    /// <param name="cancellation">Cancels the check.</param>
    /// <exception cref="BoltException">It is damaged, or not a bbolt file.</exception>
    public static BoltFile Open(Stream source, long length, BoltVisitor? visitor, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(source);
        var pages = PageFile.Open(source, length);
        var used = Freelist.Read(pages);
        new BoltCheck(pages, used, visitor, cancellation).Run();
        return new BoltFile(pages);
    }

    /// <summary>True when bytes are the start of a bbolt file whose first meta is not damaged; nothing else is checked.</summary>
    public static bool IsStart(ReadOnlySpan<byte> bytes) =>
        bytes.Length >= StartBytes && BinaryPrimitives.ReadUInt32LittleEndian(bytes[BoltFormat.HeaderBytes..]) == BoltFormat.Magic;

    /// <summary>Begins a walk over a bucket of the top level; null when there is none of that name.</summary>
    public BoltCursor? TryOpen(ReadOnlySpan<byte> bucket)
    {
        var buckets = new BoltCursor(_pages, entered: null);
        buckets.Start(_pages.Meta.Root, 0);
        while (buckets.MoveNext())
        {
            if (buckets.IsBucket && buckets.Key.SequenceEqual(bucket))
            {
                return Enter(_pages, buckets, entered: null);
            }
        }

        return null;
    }

    /// <summary>Begins a walk over the bucket at a cursor's position.</summary>
    internal static BoltCursor Enter(PageFile pages, BoltCursor at, PageSet? entered)
    {
        var value = at.Value;
        if (value.Length < BoltFormat.BucketBytes)
        {
            throw new BoltException(at.Page, $"a bucket has {value.Length} bytes");
        }

        var cursor = new BoltCursor(pages, entered);
        var root = BinaryPrimitives.ReadUInt64LittleEndian(value);
        if (root == 0)
        {
            cursor.StartInline(value[BoltFormat.BucketBytes..], at.Page);
        }
        else
        {
            cursor.Start(root, at.Page);
        }

        return cursor;
    }
}
