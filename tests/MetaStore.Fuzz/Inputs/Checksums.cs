using System.Buffers.Binary;
using System.Security.Cryptography;
using MetaStore.Engines.Checkpoints;
using MetaStore.Engines.PageFiles;
using MetaStore.Engines.StateFiles;
using MetaStore.IO;
using MetaStore.Raft.Storage.Snapshots;

namespace MetaStore.Fuzz.Inputs;

/// <summary>Makes the checksums of an input right, as far as its lengths can be followed: otherwise a reader sees nothing but the wrong ones.</summary>
internal static class Checksums
{
    /// <summary>A table of pages with a checkpoint after it, and the page files it names, whose lengths in the table become the real ones.</summary>
    public static void OfPages(Span<byte> checkpoint, IReadOnlyDictionary<ulong, byte[]> files)
    {
        if (checkpoint.Length < PageTable.HeaderBytes)
        {
            return;
        }

        Sum(checkpoint[..24], checkpoint[24..]);
        long fileBytes = UInt32(checkpoint, 12) * PageTable.FileBytes;
        long end = PageTable.HeaderBytes + fileBytes + (UInt32(checkpoint, 16) * PageTable.PageBytes) + (UInt32(checkpoint, 20) * sizeof(ulong));
        if (end + sizeof(uint) > checkpoint.Length)
        {
            return;
        }

        byte[]?[] named = OfFiles(checkpoint.Slice(PageTable.HeaderBytes, (int)fileBytes), files);
        OfRecords(checkpoint[(PageTable.HeaderBytes + (int)fileBytes)..(int)end], named);
        Sum(checkpoint[PageTable.HeaderBytes..(int)end], checkpoint[(int)end..]);
        OfCheckpoint(checkpoint[((int)end + sizeof(uint))..]);
    }

    /// <summary>A checkpoint; its trailer gets the right numbers of entries and bytes too.</summary>
    public static void OfCheckpoint(Span<byte> checkpoint)
    {
        if (checkpoint.Length < CheckpointFormat.HeaderBytes)
        {
            return;
        }

        Sum(checkpoint[..12], checkpoint[12..]);
        checkpoint = checkpoint[CheckpointFormat.HeaderBytes..];
        ulong entries = 0, bytes = 0;
        while (checkpoint.Length >= CheckpointFormat.ChunkHeaderBytes)
        {
            int length = (int)Math.Min(UInt32(checkpoint, 0), checkpoint.Length - CheckpointFormat.ChunkHeaderBytes);
            Span<byte> body = checkpoint.Slice(CheckpointFormat.ChunkHeaderBytes, length);
            Count(body, ref entries, ref bytes);
            Sum(body, checkpoint[8..]);
            Sum(checkpoint[..12], checkpoint[12..]);
            checkpoint = checkpoint[(CheckpointFormat.ChunkHeaderBytes + length)..];
            if (length == 0 && checkpoint.Length >= CheckpointFormat.TrailerBytes)
            {
                BinaryPrimitives.WriteUInt64LittleEndian(checkpoint, entries);
                BinaryPrimitives.WriteUInt64LittleEndian(checkpoint[8..], bytes);
                Sum(checkpoint[..16], checkpoint[16..]);
                return;
            }
        }
    }

    /// <summary>A snapshot with any body.</summary>
    public static void OfSnapshot(Span<byte> snapshot)
    {
        if (!SnapshotHeader.TryReadLength(snapshot, out int header) || header > snapshot.Length)
        {
            return;
        }

        Sum(snapshot[..(header - sizeof(uint))], snapshot[(header - sizeof(uint))..]);
        uint chain = 0;
        for (int at = header; at + SnapshotFormat.ChunkHeaderBytes <= snapshot.Length;)
        {
            Span<byte> chunk = snapshot[at..];
            int length = (int)Math.Min(UInt32(chunk, 0), chunk.Length - SnapshotFormat.ChunkHeaderBytes);
            chain = Crc32C.Compute(chunk.Slice(SnapshotFormat.ChunkHeaderBytes, length), Crc32C.Compute(chunk[..4], chain));
            BinaryPrimitives.WriteUInt32LittleEndian(chunk[4..], chain);
            at += SnapshotFormat.ChunkHeaderBytes + length;
            if (length == 0 && snapshot.Length - at >= SnapshotFormat.TrailerBytes)
            {
                SHA256.HashData(snapshot[..at], snapshot[(at + 16)..]);
                Sum(snapshot.Slice(at, 48), snapshot[(at + 48)..]);
                return;
            }
        }
    }

    /// <summary>A state as files; its trailer gets the right sum of lengths too.</summary>
    public static void OfStateFiles(Span<byte> state)
    {
        if (state.Length < StateFilesLayout.HeaderBytes)
        {
            return;
        }

        Sum(state[..44], state[44..]);
        long files = Math.Min(UInt32(state, 12), state.Length);
        state = state[StateFilesLayout.HeaderBytes..];
        long bytes = 0;
        for (; files > 0 && state.Length >= StateFilesLayout.HeadBytes + StateFilesLayout.SumBytes; files--)
        {
            Sum(state[..44], state[44..]);
            Span<byte> content = state[StateFilesLayout.HeadBytes..];
            int length = (int)Math.Min(BinaryPrimitives.ReadUInt64LittleEndian(state[32..]), (ulong)(content.Length - StateFilesLayout.SumBytes));
            Sum(content[..length], content[length..]);
            bytes += length;
            state = content[(length + StateFilesLayout.SumBytes)..];
        }

        if (state.Length >= StateFilesLayout.TrailerBytes)
        {
            BinaryPrimitives.WriteInt64LittleEndian(state, bytes);
            Sum(state[..8], state[8..]);
        }
    }

    private static void Count(ReadOnlySpan<byte> body, ref ulong entries, ref ulong bytes)
    {
        while (body.Length >= CheckpointFormat.EntryHeaderBytes && UInt32(body, 1) + UInt32(body, 5) is var length && length <= body.Length - CheckpointFormat.EntryHeaderBytes)
        {
            entries++;
            bytes += (ulong)length;
            body = body[(CheckpointFormat.EntryHeaderBytes + (int)length)..];
        }
    }

    private static byte[]?[] OfFiles(Span<byte> rows, IReadOnlyDictionary<ulong, byte[]> files)
    {
        byte[]?[] named = new byte[]?[rows.Length / PageTable.FileBytes];
        for (int i = 0; i < named.Length; i++)
        {
            Span<byte> row = rows[(i * PageTable.FileBytes)..];
            if (files.TryGetValue(BinaryPrimitives.ReadUInt64LittleEndian(row), out byte[]? file))
            {
                named[i] = file;
                BinaryPrimitives.WriteInt64LittleEndian(row[8..], file.Length);
                Sum(file.AsSpan(0, 28), file.AsSpan(28));
            }
        }

        return named;
    }

    private static void OfRecords(Span<byte> rows, byte[]?[] files)
    {
        while (rows.Length >= PageTable.PageBytes)
        {
            long file = UInt32(rows, 0);
            long offset = BinaryPrimitives.ReadInt64LittleEndian(rows[8..]);
            int length = BinaryPrimitives.ReadInt32LittleEndian(rows[16..]);
            if (file < files.Length && files[file] is { } content && offset >= 0 && length >= PageFileFormat.RecordHeaderBytes && offset <= content.Length - length)
            {
                Span<byte> record = content.AsSpan((int)offset, length);
                Sum(record[PageFileFormat.RecordHeaderBytes..], record[16..]);
                Sum(record[..28], record[28..]);
                record.Slice(16, sizeof(uint)).CopyTo(rows[20..]);
            }

            rows = rows[(int)Math.Min(rows.Length, PageTable.PageBytes + (UInt32(rows, 24) * sizeof(ulong)))..];
        }
    }

    private static long UInt32(ReadOnlySpan<byte> bytes, int at) => BinaryPrimitives.ReadUInt32LittleEndian(bytes[at..]);

    private static void Sum(ReadOnlySpan<byte> bytes, Span<byte> target) => BinaryPrimitives.WriteUInt32LittleEndian(target, Crc32C.Compute(bytes));
}
