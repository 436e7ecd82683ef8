using System.Buffers.Binary;
using System.Runtime.InteropServices;
using MetaStore.Engines.Ordered;

namespace MetaStore.Engines.Paged;

/// <summary>Entries in key order in one piece of memory: their bytes from the front, a slot of eight bytes for each from the back.</summary>
/// <remarks>
/// <code>
/// entry  varint form, rest of the key, value
/// slot   u32 distance from the first key, u32 end of the entry
/// </code>
/// The distance is that of the first eight key bytes read as a number, so a search reads slots and rarely an entry, and where keys are
/// consecutive numbers, as revisions are, the distance is the position. Form 0: after eight bytes the key continues as the first key does;
/// odd: 2 * length + 1 of the bytes after the first eight; even: 2 * length + 2 of the whole key, for keys that are shorter or too far away.
/// Nothing that was appended ever changes, so a reader that was given a number of entries may read those while the writer appends. The bytes
/// are in an array until <see cref="MoveTo"/>, then in a mapped file. A span of a mapped file does not keep it mapped, the page does: a
/// method that reads one keeps the page to its end, a caller keeps the view or the value.
/// Source: ADR 0038, ADR 0055.
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

    internal const int SlotBytes = sizeof(ulong);
    internal const int HeadBytes = sizeof(ulong);

    private readonly ulong _firstHead;

    // One of them is set; the second before the first is cleared.
    private byte[]? _array;
    private StoredPage? _stored;
    private volatile bool _isSealed;

    /// <summary>An empty page. Its first entry has <paramref name="firstKey"/>, which must not be changed afterwards.</summary>
    internal Page(byte[] firstKey, long size)
    {
        _array = GC.AllocateUninitializedArray<byte>(checked((int)((size + SlotBytes - 1) / SlotBytes * SlotBytes)));
        _firstHead = KeyHead.Of(firstKey, 0);
        FirstKey = firstKey;
        Size = _array.Length;
    }

    /// <summary>A page from a file, checked by <see cref="PageFiles.PageCheck"/>.</summary>
    internal Page(byte[] firstKey, StoredPage stored, int count)
    {
        _stored = stored;
        _firstHead = KeyHead.Of(firstKey, 0);
        FirstKey = firstKey;
        Size = stored.Image.Length;
        Count = count;
        _isSealed = true;
    }

    internal byte[] FirstKey { get; }

    /// <summary>Bytes it occupies.</summary>
    internal int Size { get; }

    /// <summary>Entries appended. Thread: the writer's; a reader uses the number in its <see cref="PageView"/>. Final when sealed.</summary>
    internal int Count { get; private set; }

    /// <summary>True when nothing will be appended any more. Any thread.</summary>
    internal bool IsSealed => _isSealed;

    /// <summary>Where it is in a file; null when only in memory. Any thread.</summary>
    internal StoredPage? Stored => Volatile.Read(ref _stored);

    /// <summary>Bytes of entries and slots. Thread: the writer's.</summary>
    internal int Used => EndOf(Count - 1) + (Count * SlotBytes);

    private ReadOnlySpan<byte> Bytes => Volatile.Read(ref _array) is { } array ? array : Volatile.Read(ref _stored)!.Image.Span;

    /// <summary>Bytes an entry needs at most.</summary>
    internal static long BytesAtMost(int keyLength, int valueLength) => EntryForm.SizeMax + (long)keyLength + valueLength + SlotBytes;

    /// <summary>Appends an entry whose key is above all others; false when it does not fit or the page is sealed.</summary>
    internal bool TryAppend(ReadOnlySpan<byte> key, ReadOnlySpan<byte> value)
    {
        if (_isSealed || _array is not { } bytes)
        {
            return false;
        }

        var distance = KeyHead.Of(key, 0) - _firstHead;
        var isWhole = key.Length < HeadBytes || distance >= uint.MaxValue;
        var rest = isWhole ? key : key[HeadBytes..];
        var form = isWhole ? (2UL * (uint)rest.Length) + 2
            : FirstKey.Length >= HeadBytes && rest.SequenceEqual(FirstKey.AsSpan(HeadBytes)) ? 0
            : (2UL * (uint)rest.Length) + 1;
        rest = form == 0 ? default : rest;
        var start = EndOf(bytes, Count - 1);
        var end = start + (long)EntryForm.SizeOf(form) + rest.Length + value.Length;
        if (end > bytes.Length - ((Count + 1L) * SlotBytes))
        {
            return false;
        }

        var at = EntryForm.Write(bytes, start, form);
        rest.CopyTo(bytes.AsSpan(at));
        value.CopyTo(bytes.AsSpan(at + rest.Length));
        var slots = MemoryMarshal.Cast<byte, ulong>(bytes.AsSpan());
        slots[slots.Length - 1 - Count] = (Math.Min(distance, uint.MaxValue) << 32) | (uint)end;
        Count++;
        return true;
    }

    /// <summary>Nothing can be appended afterwards. Thread: the writer's.</summary>
    internal void Seal() => _isSealed = true;

    /// <summary>Gives the array up: from now on the page is read from a file, which holds the same bytes. It must be sealed.</summary>
    /// <remarks>Thread: one, not the writer's. Readers that have the array keep it.</remarks>
    internal void MoveTo(StoredPage stored)
    {
        Volatile.Write(ref _stored, stored);
        Volatile.Write(ref _array, null);
    }

    /// <summary>Bytes of the image of a sealed page.</summary>
    internal int ImageBytes => ((EndOf(Count - 1) + SlotBytes - 1) / SlotBytes * SlotBytes) + (Count * SlotBytes);

    /// <summary>Writes entries and slots without free space between them; <paramref name="target"/> has <see cref="ImageBytes"/>.</summary>
    internal void CopyImage(Span<byte> target)
    {
        var bytes = Bytes;
        var (end, slots) = (EndOf(bytes, Count - 1), Count * SlotBytes);
        bytes[..end].CopyTo(target);
        target[end..^slots].Clear();
        bytes[^slots..].CopyTo(target[^slots..]);
        GC.KeepAlive(this);
    }

    /// <summary>The same entries in an array without free space. Thread: the writer's.</summary>
    internal Page Trimmed()
    {
        var copy = new Page(FirstKey, Used) { Count = Count };
        var bytes = Bytes;
        bytes[..EndOf(bytes, Count - 1)].CopyTo(copy._array);
        bytes[^(Count * SlotBytes)..].CopyTo(copy._array.AsSpan(copy.Size - (Count * SlotBytes)));
        GC.KeepAlive(this);
        return copy;
    }

    /// <summary>Position of the first of <paramref name="count"/> entries that is not below a key.</summary>
    internal int LowerBound(ReadOnlySpan<byte> key, int count, out bool found)
    {
        var index = LowerBound(Bytes, key, count, out found);
        GC.KeepAlive(this);
        return index;
    }

    /// <summary>Order of an entry's key and another key.</summary>
    internal int Compare(int index, ReadOnlySpan<byte> key)
    {
        var order = Compare(Bytes, index, key);
        GC.KeepAlive(this);
        return order;
    }

    /// <summary>Writes an entry's key and returns its length.</summary>
    internal int CopyKey(int index, ref byte[] target)
    {
        var bytes = Bytes;
        var rest = RestOf(bytes, index, out var isWhole, out _);
        var length = rest.Length + (isWhole ? 0 : HeadBytes);
        if (target.Length < length)
        {
            target = new byte[length * 2];
        }

        if (!isWhole)
        {
            BinaryPrimitives.WriteUInt64BigEndian(target, _firstHead + DistanceOf(bytes, index));
        }

        rest.CopyTo(target.AsSpan(length - rest.Length));
        GC.KeepAlive(this);
        return length;
    }

    /// <summary>An entry's value, which keeps the array or the file.</summary>
    internal ReadOnlyMemory<byte> ValueOf(int index)
    {
        var memory = Volatile.Read(ref _array) is { } array ? array : Volatile.Read(ref _stored)!.Image;
        var bytes = memory.Span;
        RestOf(bytes, index, out _, out var at);
        var end = EndOf(bytes, index);
        GC.KeepAlive(this);
        return memory[at..end];
    }

    /// <summary>Bytes of an entry and its slot.</summary>
    internal int BytesOf(int index) => EndOf(index) - EndOf(index - 1) + SlotBytes;

    /// <summary>Length of an entry's key and value.</summary>
    internal int ContentOf(int index)
    {
        var bytes = Bytes;
        var rest = RestOf(bytes, index, out var isWhole, out var valueAt);
        var length = rest.Length + (isWhole ? 0 : HeadBytes) + EndOf(bytes, index) - valueAt;
        GC.KeepAlive(this);
        return length;
    }

    private static int EndOf(ReadOnlySpan<byte> bytes, int index) => index < 0 ? 0 : (int)(uint)SlotOf(bytes, index);

    private static uint DistanceOf(ReadOnlySpan<byte> bytes, int index) => (uint)(SlotOf(bytes, index) >> 32);

    private static ulong SlotOf(ReadOnlySpan<byte> bytes, int index)
    {
        var slots = MemoryMarshal.Cast<byte, ulong>(bytes);
        return slots[slots.Length - 1 - index];
    }

    private int LowerBound(ReadOnlySpan<byte> bytes, ReadOnlySpan<byte> key, int count, out bool found)
    {
        found = false;
        var head = KeyHead.Of(key, 0);
        if (head < _firstHead)
        {
            return 0;
        }

        var distance = (uint)Math.Min(head - _firstHead, uint.MaxValue);
        if (distance < count && DistanceOf(bytes, (int)distance) == distance && Compare(bytes, (int)distance, key) == 0)
        {
            found = true;
            return (int)distance;
        }

        int low = 0, high = count;
        while (low < high)
        {
            var middle = (low + high) >>> 1;
            var other = DistanceOf(bytes, middle);
            var order = other != distance ? other.CompareTo(distance) : Compare(bytes, middle, key);
            if (order == 0)
            {
                found = true;
                return middle;
            }

            (low, high) = order < 0 ? (middle + 1, high) : (low, middle);
        }

        return low;
    }

    private int Compare(ReadOnlySpan<byte> bytes, int index, ReadOnlySpan<byte> key)
    {
        var rest = RestOf(bytes, index, out var isWhole, out _);
        if (isWhole)
        {
            return rest.SequenceCompareTo(key);
        }

        var order = (_firstHead + DistanceOf(bytes, index)).CompareTo(KeyHead.Of(key, 0));
        return order != 0 ? order : key.Length < HeadBytes ? 1 : rest.SequenceCompareTo(key[HeadBytes..]);
    }

    private ReadOnlySpan<byte> RestOf(ReadOnlySpan<byte> bytes, int index, out bool isWhole, out int valueAt)
    {
        var at = EndOf(bytes, index - 1);
        var form = EntryForm.Read(bytes, ref at);
        isWhole = form != 0 && (form & 1) == 0;
        if (form == 0)
        {
            valueAt = at;
            return FirstKey.AsSpan(HeadBytes);
        }

        var length = (int)((form - 1) >> 1);
        valueAt = at + length;
        return bytes.Slice(at, length);
    }

    private int EndOf(int index)
    {
        var end = EndOf(Bytes, index);
        GC.KeepAlive(this);
        return end;
    }
}
