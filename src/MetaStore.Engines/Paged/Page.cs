using System.Buffers.Binary;
using System.Runtime.InteropServices;
using MetaStore.Engines.Ordered;

namespace MetaStore.Engines.Paged;

/// <summary>Entries in key order in one array: their bytes from the front, a slot of eight bytes for each from the back.</summary>
/// <remarks>
/// <code>
/// entry  varint form, rest of the key, value
/// slot   u32 distance from the first key, u32 end of the entry
/// </code>
/// The distance is that of the first eight key bytes read as a number, so a search reads slots and rarely an entry, and where keys are
/// consecutive numbers, as revisions are, the distance is the position. Form 0: after eight bytes the key continues as the first key does;
/// odd: 2 * length + 1 of the bytes after the first eight; even: 2 * length + 2 of the whole key, for keys that are shorter or too far away.
/// Nothing that was appended ever changes, so a reader that was given a number of entries may read those while the writer appends.
/// </remarks>
internal sealed class Page
{
    /// <summary>The first page of a map has this size, later ones up to <see cref="SizeMax"/>.</summary>
    internal const int SizeMin = 4 * 1024;

    /// <summary>
    /// Large enough that a million records need a thousand objects, which the garbage collector neither follows nor moves; small enough to
    /// be copied between two batches when most of a page has been deleted. A larger entry has a page of its own.
    /// </summary>
    internal const int SizeMax = 256 * 1024;

    private const int SlotBytes = sizeof(ulong);
    private const int HeadBytes = sizeof(ulong);

    private readonly byte[] _bytes;
    private readonly ulong _firstHead;

    /// <summary>An empty page. Its first entry has <paramref name="firstKey"/>, which must not be changed afterwards.</summary>
    internal Page(byte[] firstKey, long size)
    {
        _bytes = GC.AllocateUninitializedArray<byte>(checked((int)((size + SlotBytes - 1) / SlotBytes * SlotBytes)));
        _firstHead = KeyHead.Of(firstKey, 0);
        FirstKey = firstKey;
    }

    internal byte[] FirstKey { get; }

    /// <summary>Bytes of the array.</summary>
    internal int Size => _bytes.Length;

    /// <summary>Entries appended. Thread: the writer's; a reader uses the number in its <see cref="PageView"/>.</summary>
    internal int Count { get; private set; }

    /// <summary>Bytes of entries and slots. Thread: the writer's.</summary>
    internal int Used => EndOf(Count - 1) + (Count * SlotBytes);

    /// <summary>Bytes an entry needs at most.</summary>
    internal static long BytesAtMost(int keyLength, int valueLength) => EntryForm.SizeMax + (long)keyLength + valueLength + SlotBytes;

    /// <summary>Appends an entry whose key is above all others; false when it does not fit.</summary>
    internal bool TryAppend(ReadOnlySpan<byte> key, ReadOnlySpan<byte> value)
    {
        var distance = KeyHead.Of(key, 0) - _firstHead;
        var isWhole = key.Length < HeadBytes || distance >= uint.MaxValue;
        var rest = isWhole ? key : key[HeadBytes..];
        var form = isWhole ? (2UL * (uint)rest.Length) + 2
            : FirstKey.Length >= HeadBytes && rest.SequenceEqual(FirstKey.AsSpan(HeadBytes)) ? 0
            : (2UL * (uint)rest.Length) + 1;
        rest = form == 0 ? default : rest;
        var start = EndOf(Count - 1);
        var end = start + (long)EntryForm.SizeOf(form) + rest.Length + value.Length;
        if (end > _bytes.Length - ((Count + 1L) * SlotBytes))
        {
            return false;
        }

        var at = EntryForm.Write(_bytes, start, form);
        rest.CopyTo(_bytes.AsSpan(at));
        value.CopyTo(_bytes.AsSpan(at + rest.Length));
        var slots = MemoryMarshal.Cast<byte, ulong>(_bytes.AsSpan());
        slots[slots.Length - 1 - Count] = (Math.Min(distance, uint.MaxValue) << 32) | (uint)end;
        Count++;
        return true;
    }

    /// <summary>The same entries in an array without free space. Thread: the writer's.</summary>
    internal Page Trimmed()
    {
        var copy = new Page(FirstKey, Used) { Count = Count };
        _bytes.AsSpan(0, EndOf(Count - 1)).CopyTo(copy._bytes);
        _bytes.AsSpan(_bytes.Length - (Count * SlotBytes)).CopyTo(copy._bytes.AsSpan(copy._bytes.Length - (Count * SlotBytes)));
        return copy;
    }

    /// <summary>Position of the first of <paramref name="count"/> entries that is not below a key.</summary>
    internal int LowerBound(ReadOnlySpan<byte> key, int count, out bool found)
    {
        found = false;
        var head = KeyHead.Of(key, 0);
        if (head < _firstHead)
        {
            return 0;
        }

        var distance = (uint)Math.Min(head - _firstHead, uint.MaxValue);
        if (distance < count && DistanceOf((int)distance) == distance && Compare((int)distance, key) == 0)
        {
            found = true;
            return (int)distance;
        }

        int low = 0, high = count;
        while (low < high)
        {
            var middle = (low + high) >>> 1;
            var other = DistanceOf(middle);
            var order = other != distance ? other.CompareTo(distance) : Compare(middle, key);
            if (order == 0)
            {
                found = true;
                return middle;
            }

            (low, high) = order < 0 ? (middle + 1, high) : (low, middle);
        }

        return low;
    }

    /// <summary>Order of an entry's key and another key.</summary>
    internal int Compare(int index, ReadOnlySpan<byte> key)
    {
        var rest = RestOf(index, out var isWhole, out _);
        if (isWhole)
        {
            return rest.SequenceCompareTo(key);
        }

        var order = (_firstHead + DistanceOf(index)).CompareTo(KeyHead.Of(key, 0));
        return order != 0 ? order : key.Length < HeadBytes ? 1 : rest.SequenceCompareTo(key[HeadBytes..]);
    }

    /// <summary>Writes an entry's key and returns its length.</summary>
    internal int CopyKey(int index, ref byte[] target)
    {
        var rest = RestOf(index, out var isWhole, out _);
        var length = rest.Length + (isWhole ? 0 : HeadBytes);
        if (target.Length < length)
        {
            target = new byte[length * 2];
        }

        if (!isWhole)
        {
            BinaryPrimitives.WriteUInt64BigEndian(target, _firstHead + DistanceOf(index));
        }

        rest.CopyTo(target.AsSpan(length - rest.Length));
        return length;
    }

    /// <summary>An entry's value: a part of the array.</summary>
    internal ReadOnlyMemory<byte> ValueOf(int index)
    {
        RestOf(index, out _, out var at);
        return _bytes.AsMemory(at, EndOf(index) - at);
    }

    /// <summary>Bytes of an entry and its slot.</summary>
    internal int BytesOf(int index) => EndOf(index) - EndOf(index - 1) + SlotBytes;

    /// <summary>Length of an entry's key and value.</summary>
    internal int ContentOf(int index)
    {
        var rest = RestOf(index, out var isWhole, out var valueAt);
        return rest.Length + (isWhole ? 0 : HeadBytes) + EndOf(index) - valueAt;
    }

    private ReadOnlySpan<byte> RestOf(int index, out bool isWhole, out int valueAt)
    {
        var at = EndOf(index - 1);
        var form = EntryForm.Read(_bytes, ref at);
        isWhole = form != 0 && (form & 1) == 0;
        if (form == 0)
        {
            valueAt = at;
            return FirstKey.AsSpan(HeadBytes);
        }

        var length = (int)((form - 1) >> 1);
        valueAt = at + length;
        return _bytes.AsSpan(at, length);
    }

    private int EndOf(int index) => index < 0 ? 0 : (int)(uint)SlotOf(index);

    private uint DistanceOf(int index) => (uint)(SlotOf(index) >> 32);

    private ulong SlotOf(int index)
    {
        var slots = MemoryMarshal.Cast<byte, ulong>(_bytes);
        return slots[slots.Length - 1 - index];
    }
}
