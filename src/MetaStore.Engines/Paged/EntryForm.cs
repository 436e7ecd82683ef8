namespace MetaStore.Engines.Paged;

/// <summary>The number in front of an entry, which says how its key is stored: seven bits a byte, the lowest first.</summary>
internal static class EntryForm
{
    /// <summary>Bytes of the largest: twice the length of a key and two.</summary>
    internal const int SizeMax = 5;

    internal static int SizeOf(ulong form)
    {
        var size = 1;
        for (; form >= 0x80; form >>= 7)
        {
            size++;
        }

        return size;
    }

    /// <summary>Returns the position after it.</summary>
    internal static int Write(byte[] target, int at, ulong form)
    {
        for (; form >= 0x80; form >>= 7)
        {
            target[at++] = (byte)(form | 0x80);
        }

        target[at++] = (byte)form;
        return at;
    }

    internal static ulong Read(ReadOnlySpan<byte> source, ref int at)
    {
        ulong form = source[at++];
        if (form < 0x80)
        {
            return form;
        }

        form &= 0x7f;
        for (var shift = 7; ; shift += 7)
        {
            ulong next = source[at++];
            form |= (next & 0x7f) << shift;
            if (next < 0x80)
            {
                return form;
            }
        }
    }
}
