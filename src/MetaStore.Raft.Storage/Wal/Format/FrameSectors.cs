using System.Buffers.Binary;

namespace MetaStore.Raft.Storage.Wal.Format;

/// <summary>A frame's content in sectors of 512 bytes, as format 2 stores it: 508 bytes of content, then the segment's tag.</summary>
internal static class FrameSectors
{
    /// <summary>Bytes of content in a sector.</summary>
    internal const int DataBytes = WalFormat.SectorBytes - SectorTags.Bytes;

    /// <summary>Bytes that this much content takes: whole sectors, up to the next multiple of 4096. All of them have the tag.</summary>
    internal static long StoredBytes(long contentBytes) =>
        WalFormat.AlignUp((contentBytes + DataBytes - 1) / DataBytes * WalFormat.SectorBytes);

    /// <summary>Turns content into tagged sectors, in place.</summary>
    /// <param name="buffer">Holds the content at its start; <see cref="StoredBytes"/> long.</param>
    /// <param name="contentBytes">Length of the content.</param>
    /// <param name="tag">Of the segment.</param>
    internal static void Spread(Span<byte> buffer, int contentBytes, uint tag)
    {
        for (var i = (buffer.Length / WalFormat.SectorBytes) - 1; i >= 0; i--)
        {
            var sector = buffer.Slice(i * WalFormat.SectorBytes, WalFormat.SectorBytes);
            var from = Math.Min(i * DataBytes, contentBytes);
            var count = Math.Min(DataBytes, contentBytes - from);
            buffer.Slice(from, count).CopyTo(sector);
            sector[count..DataBytes].Clear();
            BinaryPrimitives.WriteUInt32LittleEndian(sector[DataBytes..], tag);
        }
    }

    /// <summary>Turns tagged sectors into the content, in place, at the start of the buffer.</summary>
    /// <param name="buffer">Whole sectors.</param>
    /// <param name="tag">Of the segment.</param>
    /// <returns>False when a sector has another tag; the buffer is of no use then.</returns>
    internal static bool Gather(Span<byte> buffer, uint tag)
    {
        for (var i = 0; i < buffer.Length / WalFormat.SectorBytes; i++)
        {
            ReadOnlySpan<byte> sector = buffer.Slice(i * WalFormat.SectorBytes, WalFormat.SectorBytes);
            if (BinaryPrimitives.ReadUInt32LittleEndian(sector[DataBytes..]) != tag)
            {
                return false;
            }

            sector[..DataBytes].CopyTo(buffer[(i * DataBytes)..]);
        }

        return true;
    }
}
