using System.Buffers;
using System.Buffers.Binary;
using MetaStore.IO;

namespace MetaStore.Engines.Checkpoints;

/// <summary>Writes a view in the layout of <see cref="CheckpointFormat"/>, with one chunk in memory at a time.</summary>
public sealed class CheckpointWriter
{
    /// <summary>A chunk and its last entry fit as a rule. Checkpoints are written on threads of their own, which the shared pool does not serve.</summary>
    private const int BufferBytes = 2 * CheckpointFormat.ChunkBytesTarget;

    private static readonly ArrayPool<byte> Buffers = ArrayPool<byte>.Create(BufferBytes, maxArraysPerBucket: 4);

    private readonly Stream _target;
    private byte[] _body = Buffers.Rent(BufferBytes);
    private int _bodyBytes;
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
        var span = Reserve(size);
        span[0] = (byte)bucket;
        BinaryPrimitives.WriteInt32LittleEndian(span[1..], key.Length);
        BinaryPrimitives.WriteInt32LittleEndian(span[5..], value.Length);
        key.CopyTo(span[CheckpointFormat.EntryHeaderBytes..]);
        value.CopyTo(span[(CheckpointFormat.EntryHeaderBytes + key.Length)..]);
        _bodyBytes += size;
        _entries++;
        _bytes += (ulong)(key.Length + value.Length);
        if (_bodyBytes >= CheckpointFormat.ChunkBytesTarget)
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
        Buffers.Return(_body);
        _body = [];
    }

    private Span<byte> Reserve(int bytes)
    {
        if (_body.Length - _bodyBytes < bytes)
        {
            var larger = Buffers.Rent(_bodyBytes + bytes);
            _body.AsSpan(0, _bodyBytes).CopyTo(larger);
            Buffers.Return(_body);
            _body = larger;
        }

        return _body.AsSpan(_bodyBytes, bytes);
    }

    private void WriteHeader()
    {
        Span<byte> header = stackalloc byte[CheckpointFormat.HeaderBytes];
        CheckpointFormat.Magic.CopyTo(header);
        BinaryPrimitives.WriteUInt32LittleEndian(header[8..], CheckpointFormat.Version);
        BinaryPrimitives.WriteUInt32LittleEndian(header[12..], Crc32C.Compute(header[..12]));
        _target.Write(header);
    }

    private void WriteChunk()
    {
        if (_bodyBytes > 0)
        {
            WriteChunkHeader();

            // As an array: streams without a write of spans would copy it into one first.
            _target.Write(_body, 0, _bodyBytes);
            _bodyBytes = 0;
        }
    }

    private void WriteChunkHeader()
    {
        Span<byte> header = stackalloc byte[CheckpointFormat.ChunkHeaderBytes];
        BinaryPrimitives.WriteInt32LittleEndian(header, _bodyBytes);
        BinaryPrimitives.WriteUInt32LittleEndian(header[4..], _chunks++);
        BinaryPrimitives.WriteUInt32LittleEndian(header[8..], Crc32C.Compute(_body.AsSpan(0, _bodyBytes)));
        BinaryPrimitives.WriteUInt32LittleEndian(header[12..], Crc32C.Compute(header[..12]));
        _target.Write(header);
    }

    private void WriteTrailer()
    {
        WriteChunkHeader();
        Span<byte> trailer = stackalloc byte[CheckpointFormat.TrailerBytes];
        BinaryPrimitives.WriteUInt64LittleEndian(trailer, _entries);
        BinaryPrimitives.WriteUInt64LittleEndian(trailer[8..], _bytes);
        BinaryPrimitives.WriteUInt32LittleEndian(trailer[16..], Crc32C.Compute(trailer[..16]));
        _target.Write(trailer);
    }
}
