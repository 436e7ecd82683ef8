using System.Buffers.Binary;
using System.Security.Cryptography;
using MetaStore.IO;

namespace MetaStore.Raft.Storage.Snapshots;

/// <summary>Reads a container from front to back: header, chunks, trailer. Limits are checked before anything is allocated.</summary>
internal sealed class SnapshotContainerReader
{
    private readonly IDiskFile _file;
    private readonly IncrementalHash? _hash;
    private byte[] _chunk = [];
    private uint _chunkCrc;
    private long _offset;

    /// <param name="file">The container. Owned by the caller.</param>
    /// <param name="hash">Receives everything before the trailer; null when only chunks are checked.</param>
    internal SnapshotContainerReader(IDiskFile file, IncrementalHash? hash)
    {
        _file = file;
        _hash = hash;
        Header = ReadHeader();
    }

    internal SnapshotHeader Header { get; }

    /// <summary>State bytes returned so far.</summary>
    internal long BodyBytes { get; private set; }

    /// <summary>The hash that the trailer names; set when <see cref="TryReadChunk"/> returned false.</summary>
    internal byte[] TrailerHash { get; private set; } = [];

    /// <summary>The next chunk, valid until the next call; false after the last, when the trailer was read and is valid.</summary>
    internal bool TryReadChunk(out ReadOnlyMemory<byte> chunk)
    {
        chunk = default;
        Span<byte> head = stackalloc byte[SnapshotFormat.ChunkHeaderBytes];
        Fill(head, "a chunk header");
        var length = BinaryPrimitives.ReadInt32LittleEndian(head);
        if (length is < 0 or > SnapshotFormat.ChunkBytesMax)
        {
            throw Damaged($"a chunk says it has {length} bytes");
        }

        if (_chunk.Length < length)
        {
            _chunk = new byte[length];
        }

        var bytes = _chunk.AsSpan(0, length);
        Fill(bytes, "a chunk");
        _chunkCrc = Crc32C.Compute(bytes, Crc32C.Compute(head[..4], _chunkCrc));
        if (_chunkCrc != BinaryPrimitives.ReadUInt32LittleEndian(head[4..]))
        {
            throw Damaged("a chunk's checksum does not match");
        }

        _hash?.AppendData(head);
        _hash?.AppendData(bytes);
        if (length == 0)
        {
            ReadTrailer();
            return false;
        }

        BodyBytes += length;
        chunk = _chunk.AsMemory(0, length);
        return true;
    }

    private SnapshotHeader ReadHeader()
    {
        var start = new byte[SnapshotFormat.HeaderFixedBytes];
        Fill(start, "the header");
        if (!SnapshotHeader.TryReadLength(start, out var length))
        {
            throw Damaged("the header cannot be read");
        }

        _offset = 0;
        var bytes = new byte[length];
        Fill(bytes, "the header");
        if (!SnapshotHeader.TryDecode(bytes, out var header))
        {
            throw Damaged("the header's checksum does not match");
        }

        if (header!.FormatVersion > SnapshotFormat.Version)
        {
            throw new StorageException(
                ExitCodes.NewerFormat,
                $"snapshot {_file.Path} has format {header.FormatVersion}; this version reads up to {SnapshotFormat.Version}.");
        }

        if (!Enum.IsDefined(header.Body) || header.FormatVersion != SnapshotHeader.Of(0, 0, header.Metadata, header.Body).FormatVersion)
        {
            throw Damaged($"version {header.FormatVersion} has no body of kind {(int)header.Body}");
        }

        _hash?.AppendData(bytes);
        return header;
    }

    private void ReadTrailer()
    {
        var trailer = new byte[SnapshotFormat.TrailerBytes];
        Fill(trailer, "the trailer");
        if (BinaryPrimitives.ReadUInt64LittleEndian(trailer) != SnapshotFormat.TrailerMagic
            || BinaryPrimitives.ReadUInt32LittleEndian(trailer.AsSpan(48)) != Crc32C.Compute(trailer.AsSpan(0, 48)))
        {
            throw Damaged("the trailer cannot be read");
        }

        if (BinaryPrimitives.ReadInt64LittleEndian(trailer.AsSpan(8)) != BodyBytes)
        {
            throw Damaged("the length in the trailer does not match");
        }

        if (_offset != _file.Length)
        {
            throw Damaged("unknown data follows the trailer");
        }

        TrailerHash = trailer.AsSpan(16, 32).ToArray();
    }

    private void Fill(Span<byte> target, string what)
    {
        if (_file.Read(_offset, target) != target.Length)
        {
            throw Damaged($"it ends inside {what}");
        }

        _offset += target.Length;
    }

    private SnapshotCorruptException Damaged(string why) => new(_file.Path, $"{why} (before offset {_offset})");
}
