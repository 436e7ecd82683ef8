using System.Buffers.Binary;
using System.Security.Cryptography;
using MetaStore.IO;

namespace MetaStore.Raft.Storage.Snapshots;

/// <summary>Writes a state, given as a stream, into a container with bounded memory, one chunk at a time.</summary>
internal sealed class SnapshotBodyWriter : Stream
{
    /// <summary>The buffer grows up to a whole chunk, so a small state needs little memory.</summary>
    private const int FirstBytes = 4 << 10;

    private readonly IDiskFile _file;
    private readonly IncrementalHash _hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
    private byte[] _chunk = new byte[FirstBytes];
    private int _filled;
    private uint _chunkCrc;
    private long _offset;
    private bool _completed;

    /// <param name="file">A new file. Owned by the caller.</param>
    /// <param name="header">Written at once.</param>
    internal SnapshotBodyWriter(IDiskFile file, SnapshotHeader header)
    {
        _file = file;
        Put(header.Encode());
    }

    public override bool CanRead => false;

    public override bool CanSeek => false;

    public override bool CanWrite => true;

    public override long Length => BodyBytes;

    public override long Position
    {
        get => BodyBytes;
        set => throw new NotSupportedException();
    }

    internal long BodyBytes { get; private set; }

    internal long FileBytes => _offset;

    public override void Write(ReadOnlySpan<byte> buffer)
    {
        ObjectDisposedException.ThrowIf(_completed, this);
        BodyBytes += buffer.Length;
        while (!buffer.IsEmpty)
        {
            var count = Math.Min(buffer.Length, SnapshotFormat.ChunkBytes - _filled);
            MakeRoom(count);
            buffer[..count].CopyTo(_chunk.AsSpan(SnapshotFormat.ChunkHeaderBytes + _filled));
            _filled += count;
            buffer = buffer[count..];
            if (_filled == SnapshotFormat.ChunkBytes)
            {
                PutChunk();
            }
        }
    }

    public override void Write(byte[] buffer, int offset, int count) => Write(buffer.AsSpan(offset, count));

    public override void Flush()
    {
        // A chunk is written when it is full; the file's sync makes it durable.
    }

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    /// <summary>Writes the last chunk, the empty one after it, and the trailer.</summary>
    /// <returns>SHA-256 of everything before the trailer.</returns>
    internal byte[] Complete()
    {
        if (_filled > 0)
        {
            PutChunk();
        }

        PutChunk();
        _completed = true;
        var hash = _hash.GetHashAndReset();
        var trailer = new byte[SnapshotFormat.TrailerBytes];
        BinaryPrimitives.WriteUInt64LittleEndian(trailer, SnapshotFormat.TrailerMagic);
        BinaryPrimitives.WriteInt64LittleEndian(trailer.AsSpan(8), BodyBytes);
        hash.CopyTo(trailer.AsSpan(16));
        BinaryPrimitives.WriteUInt32LittleEndian(trailer.AsSpan(48), Crc32C.Compute(trailer.AsSpan(0, 48)));
        _file.Write(_offset, trailer);
        _offset += trailer.Length;
        return hash;
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            _completed = true;
            _hash.Dispose();
        }

        base.Dispose(disposing);
    }

    private void MakeRoom(int count)
    {
        var needed = SnapshotFormat.ChunkHeaderBytes + _filled + count;
        if (needed > _chunk.Length)
        {
            Array.Resize(ref _chunk, Math.Clamp(2 * _chunk.Length, needed, SnapshotFormat.ChunkHeaderBytes + SnapshotFormat.ChunkBytes));
        }
    }

    private void PutChunk()
    {
        var bytes = _chunk.AsSpan(0, SnapshotFormat.ChunkHeaderBytes + _filled);
        BinaryPrimitives.WriteInt32LittleEndian(bytes, _filled);
        _chunkCrc = Crc32C.Compute(bytes[SnapshotFormat.ChunkHeaderBytes..], Crc32C.Compute(bytes[..4], _chunkCrc));
        BinaryPrimitives.WriteUInt32LittleEndian(bytes[4..], _chunkCrc);
        Put(bytes);
        _filled = 0;
    }

    private void Put(ReadOnlySpan<byte> bytes)
    {
        _hash.AppendData(bytes);
        _file.Write(_offset, bytes);
        _offset += bytes.Length;
    }
}
