using System.Buffers.Binary;
using System.IO.Hashing;
using MetaStore.IO;
using MetaStore.Raft.Messages;

namespace MetaStore.Raft.Storage.Wal.Format;

/// <summary>Builds one frame in a buffer that is reused for the next.</summary>
/// <remarks>
/// Records are added first; <see cref="Finish"/> adds nonce, sequence, chain and tags, because only the final size shows whether
/// the frame still fits its segment. An entry's data is copied once, here. Thread: the owner of the journal.
/// </remarks>
internal sealed class FrameEncoder
{
    /// <summary>Bytes around the payload of a record: type, length and checksum.</summary>
    internal const int FramingBytesMax = 1 + 5 + 4;

    private const int SmallestBuffer = 8 << 10;

    private byte[] _buffer = NewBuffer(SmallestBuffer);
    private int _length;
    private uint _recordCrc;

    internal FrameEncoder() => Reset();

    /// <summary>Bytes of records so far.</summary>
    internal int BodyBytes => _length - WalFormat.FrameHeaderBytes;

    internal int RecordCount { get; private set; }

    /// <summary>Lowest entry index added, 0 if none.</summary>
    internal ulong FirstIndex { get; private set; }

    /// <summary>Index of the entry that was added first, 0 if none; not the lowest when a later one replaced a suffix.</summary>
    internal ulong FirstAddedIndex { get; private set; }

    /// <summary>Highest entry index added, 0 if none.</summary>
    internal ulong LastIndex { get; private set; }

    internal FrameFlags Flags { get; private set; }

    internal void Reset()
    {
        // One large batch must not keep a large buffer for the life of the process.
        if (_buffer.Length > 2 * WalFormat.BodyBytesTarget)
        {
            _buffer = NewBuffer(SmallestBuffer);
        }

        _length = WalFormat.FrameHeaderBytes;
        _recordCrc = 0;
        RecordCount = 0;
        FirstIndex = 0;
        FirstAddedIndex = 0;
        LastIndex = 0;
        Flags = FrameFlags.None;
    }

    internal void AddEntry(in Entry entry)
    {
        var payload = StartRecord(RecordType.Entry, RecordPayload.EntryHeaderBytes + entry.Data.Length, out var start);
        RecordPayload.WriteEntry(entry, payload);
        EndRecord(start, payload.Length);
        FirstAddedIndex = FirstAddedIndex == 0 ? entry.Index : FirstAddedIndex;
        FirstIndex = FirstIndex == 0 ? entry.Index : Math.Min(FirstIndex, entry.Index);
        LastIndex = Math.Max(LastIndex, entry.Index);
    }

    internal void AddHardState(in HardState state)
    {
        var payload = StartRecord(RecordType.HardState, RecordPayload.HardStateBytes, out var start);
        RecordPayload.WriteHardState(state, payload);
        EndRecord(start, payload.Length);
        Flags |= FrameFlags.HardState;
    }

    internal void AddMarker(in MarkerRecord marker)
    {
        var payload = StartRecord(RecordType.SnapshotMarker, RecordPayload.MarkerBytes(marker), out var start);
        RecordPayload.WriteMarker(marker, payload);
        EndRecord(start, payload.Length);
        Flags |= FrameFlags.Marker;
    }

    internal void AddSeal(in SealRecord seal)
    {
        var payload = StartRecord(RecordType.Seal, RecordPayload.SealBytes, out var start);
        RecordPayload.WriteSeal(seal, payload);
        EndRecord(start, payload.Length);
        Flags |= FrameFlags.Seal;
    }

    internal void MarkAsConfirmation() => Flags |= FrameFlags.Proof;

    /// <summary>Completes the frame. Once: the records are moved apart for the tags.</summary>
    /// <param name="segment">The segment it goes to.</param>
    /// <param name="sequence">Of this frame.</param>
    /// <param name="previousChain">Chain hash of the frame before.</param>
    /// <param name="chain">This frame's chain hash.</param>
    /// <returns>The whole frame with padding; valid until the next call on this object.</returns>
    internal ReadOnlySpan<byte> Finish(in SegmentHeader segment, ulong sequence, ulong previousChain, out ulong chain)
    {
        var frameBytes = (int)WalFormat.FrameBytes(BodyBytes, segment.Tags is not null);
        Reserve(frameBytes - _length);
        var frame = _buffer.AsSpan(0, frameBytes);
        var bodyCrc = Crc32C.Compute(frame[WalFormat.FrameHeaderBytes.._length]);

        // Without tags, sectors that never arrived are counted by their zeros. The sector with the chain hash is never all zero and not
        // counted; all others are, as they will be written.
        var zeroSectors = segment.Tags is null ? SectorCount.Zero(frame[.._length]) : 0;
        var header = new FrameHeader(
            segment.Nonce, sequence, previousChain, BodyBytes, RecordCount, FirstIndex, LastIndex, bodyCrc, Flags, zeroSectors);
        header.Write(frame);
        chain = XxHash64.HashToUInt64(frame[.._length], unchecked((long)previousChain));
        BinaryPrimitives.WriteUInt64LittleEndian(frame[_length..], chain);
        var contentBytes = _length + WalFormat.FrameTrailerBytes;
        frame[contentBytes..].Clear();
        if (segment.Tags is { } tags)
        {
            FrameSectors.Spread(frame, contentBytes, tags.Own);
        }

        return frame;
    }

    private static byte[] NewBuffer(int bytes) => GC.AllocateUninitializedArray<byte>(bytes, pinned: true);

    private Span<byte> StartRecord(RecordType type, int payloadBytes, out int start)
    {
        if (payloadBytes > WalFormat.RecordBytesMax)
        {
            throw new ArgumentException($"A log record of {payloadBytes} bytes is over the limit of {WalFormat.RecordBytesMax}.");
        }

        Reserve(FramingBytesMax + payloadBytes);
        start = _length;
        _buffer[_length++] = (byte)type;
        var rest = (uint)payloadBytes;
        while (rest >= 0x80)
        {
            _buffer[_length++] = (byte)(rest | 0x80);
            rest >>= 7;
        }

        _buffer[_length++] = (byte)rest;
        return _buffer.AsSpan(_length, payloadBytes);
    }

    private void EndRecord(int start, int payloadBytes)
    {
        _length += payloadBytes;
        _recordCrc = Crc32C.Compute(_buffer.AsSpan(start, _length - start), _recordCrc);
        BinaryPrimitives.WriteUInt32LittleEndian(_buffer.AsSpan(_length), _recordCrc);
        _length += 4;
        RecordCount++;
    }

    private void Reserve(int more)
    {
        var needed = _length + more + WalFormat.Alignment;
        if (needed > _buffer.Length)
        {
            var larger = NewBuffer((int)Math.Max(2L * _buffer.Length, WalFormat.AlignUp(needed)));
            _buffer.AsSpan(0, _length).CopyTo(larger);
            _buffer = larger;
        }
    }
}
