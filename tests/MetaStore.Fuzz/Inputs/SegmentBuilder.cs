using System.Buffers.Binary;
using System.IO.Hashing;
using MetaStore.IO;
using MetaStore.Raft.Storage.Wal.Format;

namespace MetaStore.Fuzz.Inputs;

/// <summary>Writes the file of one segment from any records: whatever they hold, checksums, chain and tags are right.</summary>
internal sealed class SegmentBuilder
{
    private readonly List<byte> _file = [];
    private readonly List<byte> _body = [];
    private readonly SegmentHeader _header;
    private ulong _sequence;
    private uint _crc;
    private int _records;

    public SegmentBuilder(in SegmentHeader header)
    {
        _header = header;
        _sequence = header.FirstFrame;
        Chain = header.PreviousChain;
        byte[] bytes = new byte[WalFormat.SegmentHeaderBytes];
        header.Write(bytes);
        _file.AddRange(bytes);
    }

    public string Name => SegmentName.Format(_header.Sequence, _header.FirstIndex);

    /// <summary>Of the last frame.</summary>
    public ulong Chain { get; private set; }

    /// <summary>Of the frame after it.</summary>
    public ulong NextFrame => _sequence;

    /// <summary>Bytes up to the end of the last frame.</summary>
    public int Bytes => _file.Count;

    /// <summary>Adds a record to the next frame.</summary>
    public void Add(byte type, ReadOnlySpan<byte> payload)
    {
        int start = _body.Count;
        _body.Add(type);
        uint rest = (uint)payload.Length;
        for (; rest >= 0x80; rest >>= 7)
        {
            _body.Add((byte)(rest | 0x80));
        }

        _body.Add((byte)rest);
        _body.AddRange(payload);
        _crc = Crc32C.Compute(System.Runtime.InteropServices.CollectionsMarshal.AsSpan(_body)[start..], _crc);
        _body.AddRange(BitConverter.GetBytes(_crc));
        _records++;
    }

    /// <summary>Writes the frame of the records that were added.</summary>
    /// <param name="firstIndex">Lowest index that its header names.</param>
    /// <param name="lastIndex">Highest.</param>
    /// <param name="missing">So many records less are in it than its header says.</param>
    public void EndFrame(ulong firstIndex, ulong lastIndex, int missing)
    {
        bool tagged = _header.Tags is not null;
        byte[] frame = new byte[WalFormat.FrameBytes(_body.Count, tagged)];
        _body.CopyTo(frame, WalFormat.FrameHeaderBytes);
        int end = WalFormat.FrameHeaderBytes + _body.Count;
        uint crc = Crc32C.Compute(frame.AsSpan(WalFormat.FrameHeaderBytes, _body.Count));
        int zeros = tagged ? 0 : SectorCount.Zero(frame.AsSpan(0, end));
        new FrameHeader(_header.Nonce, _sequence++, Chain, _body.Count, _records + missing, firstIndex, lastIndex, crc, FrameFlags.None, zeros).Write(frame);
        Chain = XxHash64.HashToUInt64(frame.AsSpan(0, end), unchecked((long)Chain));
        BinaryPrimitives.WriteUInt64LittleEndian(frame.AsSpan(end), Chain);
        if (_header.Tags is { } tags)
        {
            FrameSectors.Spread(frame, end + WalFormat.FrameTrailerBytes, tags.Own);
        }

        _file.AddRange(frame);
        _body.Clear();
        (_crc, _records) = (0, 0);
    }

    /// <summary>The file, with zeros to its end.</summary>
    public byte[] ToFile(long bytes) => [.. _file, .. new byte[Math.Max(bytes - _file.Count, 0)]];
}
