using System.Buffers.Binary;

namespace MetaStore.Bolt.Reading;

/// <summary>The elements of a branch or leaf page whose places, lengths and order were checked.</summary>
internal sealed class PageElements
{
    private byte[] _buffer = [];

    /// <summary>Page they are in; of an inline bucket the page that contains it.</summary>
    public ulong Page { get; private set; }

    public bool IsBranch { get; private set; }

    public int Count { get; private set; }

    /// <summary>Pages after <see cref="Page"/> that belong to it.</summary>
    public ulong Overflow { get; private set; }

    /// <summary>Reads a page of the tree.</summary>
    public void Load(PageFile file, ulong page, ulong referrer)
    {
        var (kind, count) = file.Read(page, referrer, ref _buffer, out var length);
        Overflow = (ulong)((length / file.Meta.PageBytes) - 1);
        Require(kind is PageKind.Branch or PageKind.Leaf, page, $"its kind is {(int)kind}, neither branch nor leaf");
        Take(page, kind == PageKind.Branch, count, length);
    }

    /// <summary>Takes the leaf page in the value of a bucket without pages of its own.</summary>
    public void LoadInline(ReadOnlySpan<byte> value, ulong page)
    {
        Require(value.Length >= BoltFormat.HeaderBytes, page, $"an inline bucket has {value.Length} bytes");
        var kind = BinaryPrimitives.ReadUInt16LittleEndian(value[8..]);
        Require((PageKind)kind == PageKind.Leaf, page, $"an inline bucket is a page of kind {kind}");
        _buffer = value.ToArray();
        Overflow = 0;
        Take(page, isBranch: false, BinaryPrimitives.ReadUInt16LittleEndian(value[10..]), value.Length);
        for (var i = 0; i < Count; i++)
        {
            Require(!IsBucket(i), page, "an inline bucket contains a bucket");
        }
    }

    public ReadOnlySpan<byte> Key(int index) => IsBranch
        ? _buffer.AsSpan(At(index) + Number(index, 0), Number(index, 4))
        : _buffer.AsSpan(At(index) + Number(index, 4), Number(index, 8));

    public ReadOnlySpan<byte> Value(int index) => _buffer.AsSpan(At(index) + Number(index, 4) + Number(index, 8), Number(index, 12));

    public ulong Child(int index) => BinaryPrimitives.ReadUInt64LittleEndian(_buffer.AsSpan(At(index) + 8));

    public bool IsBucket(int index) => (Number(index, 0) & (int)BoltFormat.BucketFlag) != 0;

    private static void Require(bool holds, ulong page, string reason)
    {
        if (!holds)
        {
            throw new BoltException(page, reason);
        }
    }

    private void Take(ulong page, bool isBranch, int count, int length)
    {
        (Page, IsBranch, Count) = (page, isBranch, count);
        var table = BoltFormat.HeaderBytes + (count * BoltFormat.ElementBytes);
        Require(table <= length, page, $"{count} elements do not fit into its {length} bytes");
        Require(!isBranch || count > 0, page, "a branch without elements");
        for (var i = 0; i < count; i++)
        {
            Check(i, table, length);
        }
    }

    private void Check(int index, int table, int length)
    {
        var element = _buffer.AsSpan(At(index), BoltFormat.ElementBytes);
        var flags = IsBranch ? 0 : BinaryPrimitives.ReadUInt32LittleEndian(element);
        long position = BinaryPrimitives.ReadUInt32LittleEndian(IsBranch ? element : element[4..]);
        long key = BinaryPrimitives.ReadUInt32LittleEndian(IsBranch ? element[4..] : element[8..]);
        long value = IsBranch ? 0 : BinaryPrimitives.ReadUInt32LittleEndian(element[12..]);
        var offset = At(index) + position;
        Require(flags is 0 or BoltFormat.BucketFlag, Page, $"element {index} has the flags {flags}");
        Require(key is > 0 and <= BoltFormat.KeyBytesMax, Page, $"element {index} has a key of {key} bytes");
        Require(offset >= table && offset + key + value <= length, Page, $"element {index} is at byte {offset} with {key + value} bytes, outside of its page");
        Require(index == 0 || Key(index).SequenceCompareTo(Key(index - 1)) > 0, Page, $"element {index} is out of order");
    }

    private static int At(int index) => BoltFormat.HeaderBytes + (index * BoltFormat.ElementBytes);

    private int Number(int index, int field) => (int)BinaryPrimitives.ReadUInt32LittleEndian(_buffer.AsSpan(At(index) + field));
}
