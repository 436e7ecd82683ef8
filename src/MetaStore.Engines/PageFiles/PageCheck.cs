using System.Buffers.Binary;
using System.Runtime.InteropServices;
using MetaStore.Engines.Ordered;
using MetaStore.Engines.Paged;

namespace MetaStore.Engines.PageFiles;

/// <summary>Checks an image before a <see cref="Page"/> is made of it: afterwards every entry can be read without a check.</summary>
internal static class PageCheck
{
    /// <param name="firstKey">Key of the first entry.</param>
    /// <param name="image">Entries from the front, slots from the back; its length is a multiple of 8.</param>
    /// <param name="count">Number of entries, at least one.</param>
    /// <returns>What is wrong; null when nothing is.</returns>
    internal static string? Fault(ReadOnlySpan<byte> firstKey, ReadOnlySpan<byte> image, int count)
    {
        var room = image.Length - ((long)count * Page.SlotBytes);
        if (room < 0)
        {
            return "there are more entries than fit";
        }

        var slots = MemoryMarshal.Cast<byte, ulong>(image);
        var firstHead = KeyHead.Of(firstKey, 0);
        byte[] before = [], key = new byte[64];
        var (beforeLength, start) = (0, 0L);
        for (var index = 0; index < count; index++)
        {
            var slot = slots[slots.Length - 1 - index];
            var (distance, end) = ((uint)(slot >> 32), (long)(uint)slot);
            if (end <= start || end > room)
            {
                return $"entry {index} ends at byte {end}";
            }

            if (!TryReadKey(firstKey, firstHead, image[(int)start..(int)end], distance, ref key, out var length))
            {
                return $"the key of entry {index} cannot be read";
            }

            var order = index == 0
                ? firstKey.SequenceEqual(key.AsSpan(0, length)) ? -1 : 1
                : before.AsSpan(0, beforeLength).SequenceCompareTo(key.AsSpan(0, length));
            if (order >= 0)
            {
                return $"the key of entry {index} is out of order";
            }

            (before, key) = (key, before.Length == 0 ? new byte[64] : before);
            (beforeLength, start) = (length, end);
        }

        return null;
    }

    private static bool TryReadKey(ReadOnlySpan<byte> firstKey, ulong firstHead, ReadOnlySpan<byte> entry, uint distance, ref byte[] key, out int length)
    {
        length = 0;
        if (!TryReadForm(entry, out var form, out var at) || form > 2UL * int.MaxValue)
        {
            return false;
        }

        var isWhole = form != 0 && (form & 1) == 0;
        var restLength = form == 0 ? 0 : (form - 1) >> 1;
        if (restLength > (ulong)(entry.Length - at) || (form == 0 && firstKey.Length < Page.HeadBytes))
        {
            return false;
        }

        var rest = form == 0 ? firstKey[Page.HeadBytes..] : entry.Slice(at, (int)restLength);
        length = rest.Length + (isWhole ? 0 : Page.HeadBytes);
        if (key.Length < length)
        {
            key = new byte[length * 2];
        }

        if (!isWhole)
        {
            BinaryPrimitives.WriteUInt64BigEndian(key, firstHead + distance);
        }

        rest.CopyTo(key.AsSpan(length - rest.Length));

        // As an append writes it: a search relies on the distance, and on keys that are whole when it is none.
        var real = KeyHead.Of(key.AsSpan(0, length), 0) - firstHead;
        return isWhole == (length < Page.HeadBytes || real >= uint.MaxValue) && distance == Math.Min(real, uint.MaxValue);
    }

    private static bool TryReadForm(ReadOnlySpan<byte> entry, out ulong form, out int at)
    {
        form = 0;
        for (at = 0; at < entry.Length && at < EntryForm.SizeMax; at++)
        {
            form |= (entry[at] & 0x7fUL) << (7 * at);
            if (entry[at] < 0x80)
            {
                at++;
                return true;
            }
        }

        return false;
    }
}
