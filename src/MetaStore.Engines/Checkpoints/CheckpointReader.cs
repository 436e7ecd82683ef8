using System.Buffers.Binary;
using MetaStore.IO;

namespace MetaStore.Engines.Checkpoints;

/// <summary>
/// Reads an untrusted checkpoint: every length, order, count and checksum is verified before the end is reported as valid.
/// </summary>
/// <remarks>Entries are delivered while reading, so the receiver must keep them separate until <see cref="Read"/> returns.</remarks>
public sealed class CheckpointReader
{
    private readonly Stream _source;
    private readonly CheckpointEntry _receiver;
    private readonly CheckpointOrder _order = new();
    private byte[] _body = [];
    private long _offset;
    private ulong _entries;
    private ulong _bytes;

    private CheckpointReader(Stream source, CheckpointEntry receiver) => (_source, _receiver) = (source, receiver);

    /// <summary>Reads exactly one checkpoint; the stream is positioned after its last byte afterwards.</summary>
    /// <param name="source">Positioned at the checkpoint's first byte.</param>
    /// <param name="receiver">Receives every entry, ascending by bucket and key.</param>
    /// <param name="cancellation">Checked once per chunk.</param>
    /// <exception cref="EngineException">The stream ends early or is damaged; the message names what and at which byte.</exception>
    public static void Read(Stream source, CheckpointEntry receiver, CancellationToken cancellation)
    {
        var reader = new CheckpointReader(source, receiver);
        reader.ReadHeader();
        for (var number = 0U; reader.ReadChunk(number); number++)
        {
            cancellation.ThrowIfCancellationRequested();
        }

        reader.ReadTrailer();
    }

    /// <summary>True when bytes are the start of a checkpoint; nothing else is checked.</summary>
    public static bool IsStart(ReadOnlySpan<byte> bytes) => bytes.StartsWith(CheckpointFormat.Magic);

    private void ReadHeader()
    {
        Span<byte> header = stackalloc byte[CheckpointFormat.HeaderBytes];
        Fill(header, "the header");
        Require(header[..8].SequenceEqual(CheckpointFormat.Magic), "this is not a checkpoint: the first eight bytes are wrong", 0);
        RequireCrc(header[..12], header[12..], "header", 0);
        var version = BinaryPrimitives.ReadUInt32LittleEndian(header[8..]);
        Require(version == CheckpointFormat.Version, $"format {version} is not known, only {CheckpointFormat.Version}", 8);
    }

    private bool ReadChunk(uint number)
    {
        var at = _offset;
        Span<byte> header = stackalloc byte[CheckpointFormat.ChunkHeaderBytes];
        Fill(header, $"the header of chunk {number}");
        RequireCrc(header[..12], header[12..], $"header of chunk {number}", at);
        var length = BinaryPrimitives.ReadInt32LittleEndian(header);
        Require(length is >= 0 and <= CheckpointFormat.ChunkBytesMax, $"chunk {number} claims {length} bytes", at);
        var found = BinaryPrimitives.ReadUInt32LittleEndian(header[4..]);
        Require(found == number, $"chunk {found} stands where chunk {number} belongs", at);
        if (_body.Length < length)
        {
            _body = new byte[length];
        }

        var body = _body.AsSpan(0, length);
        Fill(body, $"chunk {number}");
        RequireCrc(body, header[8..12], $"chunk {number}", at);
        ReadEntries(body, at + CheckpointFormat.ChunkHeaderBytes);
        return length > 0;
    }

    private void ReadEntries(ReadOnlySpan<byte> body, long at)
    {
        while (!body.IsEmpty)
        {
            Require(body.Length >= CheckpointFormat.EntryHeaderBytes, "an entry is cut off", at);
            var bucket = (Bucket)body[0];
            var keyLength = BinaryPrimitives.ReadInt32LittleEndian(body[1..]);
            var valueLength = BinaryPrimitives.ReadInt32LittleEndian(body[5..]);
            var size = CheckpointFormat.EntryHeaderBytes + (long)keyLength + valueLength;
            Require(keyLength >= 0 && valueLength >= 0 && size <= body.Length, "an entry is longer than its chunk", at);
            Require(Enum.IsDefined(bucket), "an entry names a bucket that is not known", at);
            var key = body.Slice(CheckpointFormat.EntryHeaderBytes, keyLength);
            Require(_order.Follows(bucket, key), "an entry is out of order", at);
            _receiver(bucket, key, body.Slice(CheckpointFormat.EntryHeaderBytes + keyLength, valueLength));
            _entries++;
            _bytes += (ulong)(keyLength + valueLength);
            body = body[(int)size..];
            at += size;
        }
    }

    private void ReadTrailer()
    {
        var at = _offset;
        Span<byte> trailer = stackalloc byte[CheckpointFormat.TrailerBytes];
        Fill(trailer, "the trailer");
        RequireCrc(trailer[..16], trailer[16..], "trailer", at);
        var entries = BinaryPrimitives.ReadUInt64LittleEndian(trailer);
        Require(entries == _entries, $"{entries} entries were written, {_entries} are here", at);
        var bytes = BinaryPrimitives.ReadUInt64LittleEndian(trailer[8..]);
        Require(bytes == _bytes, $"{bytes} bytes were written, {_bytes} are here", at);
    }

    private void Fill(Span<byte> target, string what)
    {
        var read = _source.ReadAtLeast(target, target.Length, throwOnEndOfStream: false);
        if (read < target.Length)
        {
            throw new EngineException($"checkpoint damaged at byte {_offset + read}: it ends inside {what}");
        }

        _offset += read;
    }

    private static void RequireCrc(ReadOnlySpan<byte> bytes, ReadOnlySpan<byte> expected, string what, long at)
    {
        if (Crc32C.Compute(bytes) != BinaryPrimitives.ReadUInt32LittleEndian(expected))
        {
            throw new EngineException($"checkpoint damaged at byte {at}: the {what} has a wrong checksum");
        }
    }

    private static void Require(bool holds, string what, long at)
    {
        if (!holds)
        {
            throw new EngineException($"checkpoint damaged at byte {at}: {what}");
        }
    }
}
