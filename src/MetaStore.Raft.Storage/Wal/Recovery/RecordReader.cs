using System.Buffers.Binary;
using MetaStore.IO;
using MetaStore.Raft.Storage.Wal.Format;

namespace MetaStore.Raft.Storage.Wal.Recovery;

/// <summary>Walks the records of one frame body.</summary>
/// <remarks>Lengths are checked against the remaining bytes before anything is sliced; nothing is allocated.</remarks>
internal ref struct RecordReader
{
    private readonly ReadOnlyMemory<byte> _body;
    private int _offset;
    private uint _crc;

    internal RecordReader(ReadOnlyMemory<byte> body) => _body = body;

    /// <summary>Type of the current record.</summary>
    internal RecordType Type { get; private set; }

    /// <summary>Payload of the current record, a slice of the body.</summary>
    internal ReadOnlyMemory<byte> Payload { get; private set; }

    /// <summary>The error in the framing, when <see cref="MoveNext"/> returned false before the end; else null.</summary>
    internal string? Problem { get; private set; }

    internal bool MoveNext()
    {
        var body = _body.Span;
        if (_offset == body.Length || Problem is not null)
        {
            return false;
        }

        var start = _offset;
        var position = start + 1;
        if (!TryReadLength(body, ref position, out var length))
        {
            Problem = "record length is malformed";
            return false;
        }

        if (length > WalFormat.RecordBytesMax || length > body.Length - position - 4)
        {
            Problem = $"record length {length} is over the limit";
            return false;
        }

        var end = position + (int)length;
        _crc = Crc32C.Compute(body[start..end], _crc);
        if (BinaryPrimitives.ReadUInt32LittleEndian(body[end..]) != _crc)
        {
            Problem = "record checksum does not match";
            return false;
        }

        Type = (RecordType)body[start];
        Payload = _body[position..end];
        _offset = end + 4;
        return true;
    }

    private static bool TryReadLength(ReadOnlySpan<byte> body, ref int position, out uint length)
    {
        length = 0;
        for (var shift = 0; shift < 35 && position < body.Length; shift += 7)
        {
            var next = body[position++];
            length |= (uint)(next & 0x7F) << shift;
            if (next < 0x80)
            {
                return true;
            }
        }

        return false;
    }
}
