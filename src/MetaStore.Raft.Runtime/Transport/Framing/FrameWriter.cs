using System.Buffers.Binary;
using System.Numerics;
using System.Runtime.InteropServices;
using MetaStore.IO;
using MetaStore.Raft.Messages;

namespace MetaStore.Raft.Runtime.Transport.Framing;

/// <summary>Encodes messages into frames, ready for one gathering socket write.</summary>
/// <remarks>
/// Small fields and small payloads go into one scratch buffer; a payload of <see cref="ShareBytesMin"/> or more is not copied but
/// becomes a segment of the write. Reused for each write by one owner at a time.
/// </remarks>
internal sealed class FrameWriter
{
    /// <summary>From this size on a segment of its own is cheaper than a copy.</summary>
    public const int ShareBytesMin = 4096;

    private const int ScratchBytesKept = 512 << 10;

    private readonly List<Piece> _pieces = [];
    private readonly List<ArraySegment<byte>> _segments = [];
    private byte[] _scratch = new byte[4096];
    private int _length;
    private int _runStart;
    private int _checksumStart;
    private int _sharedBytes;
    private uint _checksum;

    /// <summary>Bytes of all frames since the last <see cref="Clear"/>.</summary>
    public long Bytes { get; private set; }

    /// <summary>Removes everything and releases the payloads.</summary>
    public void Clear()
    {
        _pieces.Clear();
        _segments.Clear();
        _length = 0;
        _runStart = 0;
        Bytes = 0;
        if (_scratch.Length > ScratchBytesKept)
        {
            _scratch = new byte[4096];
        }
    }

    /// <summary>Adds one message as one frame.</summary>
    public void Append(Message message)
    {
        int frame = _length;
        Reserve(FrameFormat.HeaderBytes);
        _length += FrameFormat.HeaderBytes;
        _checksumStart = _length;
        _checksum = 0;
        _sharedBytes = 0;

        WriteFields(message);
        IReadOnlyList<Entry> entries = message.Entries;
        for (int i = 0; i < entries.Count; i++)
        {
            WriteEntry(entries[i]);
        }

        _checksum = Crc32C.Compute(_scratch.AsSpan(_checksumStart, _length - _checksumStart), _checksum);
        int body = _length - frame - FrameFormat.HeaderBytes + _sharedBytes;
        FrameFormat.WriteHeader(_scratch.AsSpan(frame), body, _checksum);
        Bytes += body + FrameFormat.HeaderBytes;
    }

    /// <summary>Everything appended, in order. Valid until <see cref="Clear"/>.</summary>
    public List<ArraySegment<byte>> Segments()
    {
        CutRun();
        _segments.Clear();
        foreach (Piece piece in _pieces)
        {
            _segments.Add(new ArraySegment<byte>(piece.Shared ?? _scratch, piece.Offset, piece.Count));
        }

        return _segments;
    }

    /// <summary>Bytes a message is charged for in a queue: about its size in memory, and not less than its size on the wire.</summary>
    public static long Charge(Message message)
    {
        long bytes = 160;
        IReadOnlyList<Entry> entries = message.Entries;
        for (int i = 0; i < entries.Count; i++)
        {
            bytes += entries[i].Size;
        }

        return bytes;
    }

    private void WriteFields(Message message)
    {
        Reserve(128);
        WriteVarint(MessageFields.Type, (ulong)message.Type);
        WriteFixed(MessageFields.To, message.To);
        WriteFixed(MessageFields.From, message.From);
        WriteVarint(MessageFields.Term, message.Term);
        WriteVarint(MessageFields.LogTerm, message.LogTerm);
        WriteVarint(MessageFields.Index, message.Index);
        WriteVarint(MessageFields.Commit, message.Commit);
        WriteVarint(MessageFields.Reject, message.Reject ? 1ul : 0);
        WriteVarint(MessageFields.RejectHint, message.RejectHint);
        WriteFixed(MessageFields.Context, message.Context);
        WriteVarint(MessageFields.OneWay, message.OneWay ? 1ul : 0);
        if (message.Snapshot is { } snapshot)
        {
            byte[] point = SnapshotPointCodec.Encode(snapshot);
            Reserve(point.Length + 6);
            _scratch[_length++] = MessageFields.Snapshot;
            WriteRaw((ulong)point.Length);
            point.CopyTo(_scratch.AsSpan(_length));
            _length += point.Length;
        }
    }

    private void WriteEntry(in Entry entry)
    {
        int data = entry.Data.Length;
        int size = VarintFieldSize((ulong)entry.Type) + VarintFieldSize(entry.Term) + VarintFieldSize(entry.Index);
        size += data == 0 ? 0 : 1 + VarintSize((ulong)data) + data;
        Reserve(64);
        _scratch[_length++] = MessageFields.Entries;
        WriteRaw((ulong)size);
        WriteVarint(MessageFields.EntryType, (ulong)entry.Type);
        WriteVarint(MessageFields.EntryTerm, entry.Term);
        WriteVarint(MessageFields.EntryIndex, entry.Index);
        if (data == 0)
        {
            return;
        }

        _scratch[_length++] = MessageFields.EntryData;
        WriteRaw((ulong)data);
        if (data >= ShareBytesMin && MemoryMarshal.TryGetArray(entry.Data, out ArraySegment<byte> shared))
        {
            Share(shared);
            return;
        }

        Reserve(data);
        entry.Data.Span.CopyTo(_scratch.AsSpan(_length));
        _length += data;
    }

    private void Share(ArraySegment<byte> shared)
    {
        _checksum = Crc32C.Compute(_scratch.AsSpan(_checksumStart, _length - _checksumStart), _checksum);
        _checksum = Crc32C.Compute(shared, _checksum);
        CutRun();
        _checksumStart = _length;
        _pieces.Add(new Piece(shared.Array, shared.Offset, shared.Count));
        _sharedBytes += shared.Count;
    }

    private void CutRun()
    {
        if (_length > _runStart)
        {
            _pieces.Add(new Piece(null, _runStart, _length - _runStart));
            _runStart = _length;
        }
    }

    private void WriteVarint(byte tag, ulong value)
    {
        if (value != 0)
        {
            _scratch[_length++] = tag;
            WriteRaw(value);
        }
    }

    private void WriteFixed(byte tag, ulong value)
    {
        if (value != 0)
        {
            _scratch[_length++] = tag;
            BinaryPrimitives.WriteUInt64LittleEndian(_scratch.AsSpan(_length), value);
            _length += sizeof(ulong);
        }
    }

    private void WriteRaw(ulong value)
    {
        while (value >= 0x80)
        {
            _scratch[_length++] = (byte)(value | 0x80);
            value >>= 7;
        }

        _scratch[_length++] = (byte)value;
    }

    private void Reserve(int bytes)
    {
        if (_scratch.Length - _length < bytes)
        {
            Array.Resize(ref _scratch, Math.Max(_scratch.Length * 2, _length + bytes));
        }
    }

    private static int VarintFieldSize(ulong value) => value == 0 ? 0 : 1 + VarintSize(value);

    private static int VarintSize(ulong value) => (BitOperations.Log2(value | 1) / 7) + 1;

    /// <summary>A run of the scratch buffer (<paramref name="Shared"/> is null) or a payload.</summary>
    private readonly record struct Piece(byte[]? Shared, int Offset, int Count);
}
