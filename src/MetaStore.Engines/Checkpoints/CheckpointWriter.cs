using System.Buffers;
using System.Buffers.Binary;

namespace MetaStore.Engines.Checkpoints;

/// <summary>Writes a view as the stream that <see cref="CheckpointFormat"/> describes, with one chunk in memory at a time.</summary>
public sealed class CheckpointWriter
{
    private readonly Stream _target;
    private readonly ArrayBufferWriter<byte> _body = new(CheckpointFormat.ChunkBytesTarget + CheckpointFormat.EntryHeaderBytes);
    private uint _chunks;
    private ulong _entries;
    private ulong _bytes;

    /// <summary>Begins a checkpoint. The target is neither flushed nor closed.</summary>
    public CheckpointWriter(Stream target)
    {
        ArgumentNullException.ThrowIfNull(target);
        _target = target;
        WriteHeader();
    }

    /// <summary>Writes every bucket of a view.</summary>
    internal static void Write(IReadView view, Stream target, CancellationToken cancellation)
    {
        var writer = new CheckpointWriter(target);
        foreach (var bucket in Enum.GetValues<Bucket>())
        {
            using var cursor = view.Seek(bucket, [], []);
            while (cursor.MoveNext())
            {
                writer.Add(bucket, cursor.Key.Span, cursor.Value.Span, cancellation);
            }
        }

        writer.Complete();
    }

    /// <summary>Writes the next entry; entries come ascending by bucket and key.</summary>
    public void Add(Bucket bucket, ReadOnlySpan<byte> key, ReadOnlySpan<byte> value, CancellationToken cancellation)
    {
        var size = CheckpointFormat.EntryHeaderBytes + key.Length + value.Length;
        var span = _body.GetSpan(size);
        span[0] = (byte)bucket;
        BinaryPrimitives.WriteInt32LittleEndian(span[1..], key.Length);
        BinaryPrimitives.WriteInt32LittleEndian(span[5..], value.Length);
        key.CopyTo(span[CheckpointFormat.EntryHeaderBytes..]);
        value.CopyTo(span[(CheckpointFormat.EntryHeaderBytes + key.Length)..]);
        _body.Advance(size);
        _entries++;
        _bytes += (ulong)(key.Length + value.Length);
        if (_body.WrittenCount >= CheckpointFormat.ChunkBytesTarget)
        {
            cancellation.ThrowIfCancellationRequested();
            WriteChunk();
        }
    }

    /// <summary>Writes the end. Nothing may be added afterwards.</summary>
    public void Complete()
    {
        WriteChunk();
        WriteTrailer();
    }

    private void WriteHeader()
    {
        Span<byte> header = stackalloc byte[CheckpointFormat.HeaderBytes];
        CheckpointFormat.Magic.CopyTo(header);
        BinaryPrimitives.WriteUInt32LittleEndian(header[8..], CheckpointFormat.Version);
        BinaryPrimitives.WriteUInt32LittleEndian(header[12..], Crc32C.Of(header[..12]));
        _target.Write(header);
    }

    private void WriteChunk()
    {
        if (_body.WrittenCount > 0)
        {
            WriteChunkHeader();
            _target.Write(_body.WrittenSpan);
            _body.ResetWrittenCount();
        }
    }

    private void WriteChunkHeader()
    {
        Span<byte> header = stackalloc byte[CheckpointFormat.ChunkHeaderBytes];
        BinaryPrimitives.WriteInt32LittleEndian(header, _body.WrittenCount);
        BinaryPrimitives.WriteUInt32LittleEndian(header[4..], _chunks++);
        BinaryPrimitives.WriteUInt32LittleEndian(header[8..], Crc32C.Of(_body.WrittenSpan));
        BinaryPrimitives.WriteUInt32LittleEndian(header[12..], Crc32C.Of(header[..12]));
        _target.Write(header);
    }

    private void WriteTrailer()
    {
        WriteChunkHeader();
        Span<byte> trailer = stackalloc byte[CheckpointFormat.TrailerBytes];
        BinaryPrimitives.WriteUInt64LittleEndian(trailer, _entries);
        BinaryPrimitives.WriteUInt64LittleEndian(trailer[8..], _bytes);
        BinaryPrimitives.WriteUInt32LittleEndian(trailer[16..], Crc32C.Of(trailer[..16]));
        _target.Write(trailer);
    }
}
