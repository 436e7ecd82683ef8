using System.Buffers.Binary;
using MetaStore.IO;

namespace MetaStore.Engines.PageFiles;

/// <summary>Byte layout of a page file, which is written once and never changed.</summary>
/// <remarks>
/// <code>
/// header   "MSPAGES1" u32 format u32 0 u64 number of the file u32 0 u32 crc(of the 28 bytes before)
/// record   u32 magic i32 entries i32 keyLength i32 imageLength u32 crc(of all after this header) u64 number of the file u32 crc(of the 28 bytes before)
///          first key, zeros to a multiple of 8, image (Page: entries from the front, slots from the back)
/// ...      records follow each other without gaps
/// </code>
/// Integers are little-endian, crc is CRC-32C. Every record begins at a multiple of 8 and has a length that is one.
/// </remarks>
internal static class PageFileFormat
{
    internal const uint Version = 1;
    internal const int HeaderBytes = 32;
    internal const int RecordHeaderBytes = 32;
    internal const int Alignment = 8;
    internal const string Extension = ".pages";
    internal const string TemporaryExtension = ".tmp";
    private const uint RecordMagic = 0x4547_4150;

    private static ReadOnlySpan<byte> Magic => "MSPAGES1"u8;

    internal static int Padded(int bytes) => (bytes + Alignment - 1) / Alignment * Alignment;

    internal static void WriteHeader(Span<byte> target, ulong number)
    {
        target[..HeaderBytes].Clear();
        Magic.CopyTo(target);
        BinaryPrimitives.WriteUInt32LittleEndian(target[8..], Version);
        BinaryPrimitives.WriteUInt64LittleEndian(target[16..], number);
        BinaryPrimitives.WriteUInt32LittleEndian(target[28..], Crc32C.Compute(target[..28]));
    }

    /// <summary>What is wrong with a file's header; null when nothing is.</summary>
    internal static string? Fault(ReadOnlySpan<byte> header, ulong number)
    {
        if (!header.StartsWith(Magic))
        {
            return "this is not a page file: the first eight bytes are wrong";
        }

        if (Crc32C.Compute(header[..28]) != BinaryPrimitives.ReadUInt32LittleEndian(header[28..]))
        {
            return "the header has a wrong checksum";
        }

        var version = BinaryPrimitives.ReadUInt32LittleEndian(header[8..]);
        var found = BinaryPrimitives.ReadUInt64LittleEndian(header[16..]);
        return version != Version ? $"format {version} is not known, only {Version}" : found != number ? $"it says that it is file {found:x16}" : null;
    }

    /// <summary>Writes the header of a record whose other bytes are in place; returns the checksum of those.</summary>
    internal static uint WriteRecordHeader(Span<byte> record, int entries, int keyLength, int imageLength, ulong number)
    {
        var sum = Crc32C.Compute(record[RecordHeaderBytes..]);
        BinaryPrimitives.WriteUInt32LittleEndian(record, RecordMagic);
        BinaryPrimitives.WriteInt32LittleEndian(record[4..], entries);
        BinaryPrimitives.WriteInt32LittleEndian(record[8..], keyLength);
        BinaryPrimitives.WriteInt32LittleEndian(record[12..], imageLength);
        BinaryPrimitives.WriteUInt32LittleEndian(record[16..], sum);
        BinaryPrimitives.WriteUInt64LittleEndian(record[20..], number);
        BinaryPrimitives.WriteUInt32LittleEndian(record[28..], Crc32C.Compute(record[..28]));
        return sum;
    }

    /// <summary>Reads and checks a record: header, lengths, checksum; not the entries.</summary>
    /// <returns>What is wrong; null when nothing is.</returns>
    internal static string? Fault(ReadOnlySpan<byte> record, ulong number, in TablePage expected, out int keyLength)
    {
        keyLength = BinaryPrimitives.ReadInt32LittleEndian(record[8..]);
        var imageLength = BinaryPrimitives.ReadInt32LittleEndian(record[12..]);
        if (Crc32C.Compute(record[..28]) != BinaryPrimitives.ReadUInt32LittleEndian(record[28..])
            || BinaryPrimitives.ReadUInt32LittleEndian(record) != RecordMagic
            || BinaryPrimitives.ReadUInt64LittleEndian(record[20..]) != number)
        {
            return "there is no page here";
        }

        if (keyLength < 0 || imageLength < 0 || imageLength % Alignment != 0
            || RecordHeaderBytes + ((keyLength + Alignment - 1L) / Alignment * Alignment) + imageLength != record.Length)
        {
            return "the lengths of the page do not match";
        }

        if (BinaryPrimitives.ReadInt32LittleEndian(record[4..]) != expected.Entries
            || BinaryPrimitives.ReadUInt32LittleEndian(record[16..]) != expected.Checksum)
        {
            return "the page is another one than the snapshot names";
        }

        return Crc32C.Compute(record[RecordHeaderBytes..]) != expected.Checksum ? "the page has a wrong checksum" : null;
    }
}
