using MetaStore.Raft.Messages;
using MetaStore.Raft.Storage.Wal.Format;
using MetaStore.Raft.Storage.Wal.Recovery;

namespace MetaStore.Fuzz.Inputs;

/// <summary>The segments that an input says, as files, and what may be recovered from them: nothing that was not written, and all that was written before the damage.</summary>
internal sealed class InputLog
{
    private const int FileBytesMax = 64 << 10;

    /// <summary>Above it a log cannot have all the segments that an input adds; numbers of more than 32 bits are refused.</summary>
    private const ulong LastSequence = uint.MaxValue - (1 << 20);

    private readonly string _folder;
    private readonly List<Entry> _frame = [];
    private readonly List<Entry> _entries = [];

    /// <summary>The last index of the log after each number of frames.</summary>
    private readonly List<ulong> _lastIndexes = [];

    /// <summary>Where each frame of the segment ends.</summary>
    private readonly List<int> _ends = [];

    private SegmentHeader _header;
    private SegmentBuilder _segment;

    /// <summary>Set once the segment is damaged: what is added after that is not in it.</summary>
    private byte[]? _file;

    private int _framesBefore;
    private int _undamaged = int.MaxValue;
    private bool _hasMarker;

    private InputLog(string folder, in SegmentHeader header)
    {
        _folder = folder;
        _header = header;
        _segment = new SegmentBuilder(header);
        _lastIndexes.Add(unchecked(header.FirstIndex - 1));
    }

    /// <summary>The files.</summary>
    public MemoryDisk Disk { get; } = new();

    /// <summary>Writes the log of an input.</summary>
    public static InputLog Write(byte[] input, string folder, ulong cluster, ulong node)
    {
        var reader = new InputReader(input);
        var log = new InputLog(folder, ReadHeader(ref reader, cluster, node));
        while (!reader.IsAtEnd)
        {
            log.Take((LogStep)(reader.Byte() % 6), ref reader);
        }

        log.EndSegment();
        return log;
    }

    /// <summary>The same entries, byte for byte.</summary>
    public static bool AreSame(IReadOnlyList<Entry> left, IReadOnlyList<Entry> right) => left.Count == right.Count && left.Zip(right).All(static pair => IsSame(pair.First, pair.Second));

    /// <summary>Throws when something else was recovered than was written, or less than was written before the damage.</summary>
    public void Check(WalRecovery recovered)
    {
        ulong next = recovered.FirstIndex;
        foreach (Entry entry in recovered.Entries)
        {
            if (entry.Index != next++ || !_entries.Exists(written => IsSame(written, entry)))
            {
                throw new InvalidOperationException($"entry {entry.Index} was recovered and not written");
            }
        }

        if (recovered.LastIndex != unchecked(next - 1) || recovered.HardState.Commit > recovered.LastIndex)
        {
            throw new InvalidOperationException($"the last index is {recovered.LastIndex} after {recovered.Entries.Count} entries from {recovered.FirstIndex}");
        }

        // A marker may take the place of entries, so that they need not be there.
        if (!_hasMarker && !_lastIndexes.Skip(Math.Min(_undamaged, _lastIndexes.Count - 1)).Contains(recovered.LastIndex))
        {
            throw new InvalidOperationException($"the log ends at {recovered.LastIndex}, which loses a frame before the damage");
        }

        if (recovered.TailRepaired && _undamaged == int.MaxValue)
        {
            throw new InvalidOperationException("a log without damage was repaired");
        }
    }

    private static bool IsSame(in Entry left, in Entry right) =>
        (left.Term, left.Index, left.Type) == (right.Term, right.Index, right.Type) && left.Data.Span.SequenceEqual(right.Data.Span);

    private void Take(LogStep step, ref InputReader reader)
    {
        switch (step)
        {
            case LogStep.Record:
                AddRecord((RecordType)reader.Byte(), reader.Bytes().ToArray());
                break;
            case LogStep.EndOfFrame:
                EndFrame(0, 0, 0);
                break;
            case LogStep.FrameWithOtherNumbers:
                EndFrame(reader.UInt64(), reader.UInt64(), (sbyte)reader.Byte());
                break;
            case LogStep.NextSegment:
                EndSegment();
                BeginSegment(reader.Byte());
                break;
            case LogStep.Overwrite:
                Overwrite(reader.UInt16(), reader.Bytes());
                break;
            default:
                Cut(reader.UInt16());
                break;
        }
    }

    private void AddRecord(RecordType type, byte[] payload)
    {
        if (type == RecordType.Seal && RecordPayload.TryReadSeal(payload, out SealRecord seal) && seal.FrameCount == 0)
        {
            // Only the log knows what fits; a count that the input says stays.
            RecordPayload.WriteSeal(seal with { LastChain = _segment.Chain, FrameCount = (ulong)_ends.Count }, payload);
        }

        _segment.Add((byte)type, payload);
        _hasMarker |= type == RecordType.SnapshotMarker;
        if (type == RecordType.Entry && RecordPayload.TryReadEntry(payload, out Entry entry))
        {
            _frame.Add(entry);
        }
    }

    private void EndFrame(ulong firstIndex, ulong lastIndex, int missing)
    {
        if (_file is not null)
        {
            MarkDamage(_segment.Bytes);
        }

        _segment.EndFrame(firstIndex, lastIndex, missing);
        _ends.Add(_segment.Bytes);
        _entries.AddRange(_frame);
        _lastIndexes.Add(_frame.Count > 0 ? _frame[^1].Index : _lastIndexes[^1]);
        _frame.Clear();
    }

    private void EndSegment() => Disk.Add(Path.Combine(_folder, _segment.Name), Content());

    private void BeginSegment(byte entries)
    {
        _header = _header with
        {
            Sequence = _header.Sequence + 1,
            FirstIndex = _header.FirstIndex + entries,
            PreviousChain = _segment.Chain,
            FirstFrame = _segment.NextFrame,
            Nonce = _header.Nonce + 1,
        };
        (_segment, _file) = (new SegmentBuilder(_header), null);
        _framesBefore += _ends.Count;
        _ends.Clear();
        _frame.Clear();
    }

    private void Overwrite(int offset, ReadOnlySpan<byte> bytes)
    {
        _file = Content();
        Span<byte> target = _file.AsSpan(Math.Min(offset, _file.Length));
        bytes[..Math.Min(bytes.Length, target.Length)].CopyTo(target);
        MarkDamage(offset);
    }

    private void Cut(int length)
    {
        _file = Content();
        _file = _file[..Math.Min(length, _file.Length)];
        MarkDamage(length);
    }

    private byte[] Content() => _file ?? _segment.ToFile(Math.Clamp(_header.SegmentBytes, 0, FileBytesMax));

    private void MarkDamage(int offset) => _undamaged = Math.Min(_undamaged, _framesBefore + _ends.Count(end => end <= offset));

    private static SegmentHeader ReadHeader(ref InputReader reader, ulong cluster, ulong node)
    {
        uint version = reader.Byte();
        ulong sequence = reader.UInt64();
        sequence = sequence is > LastSequence and <= uint.MaxValue ? LastSequence : sequence;
        ulong firstIndex = reader.UInt64();
        ulong firstFrame = reader.UInt64();
        uint tag = reader.Byte() + 1u;
        byte earlier = reader.Byte();
        long bytes = (long)reader.UInt64();
        SectorTags? tags = version == WalFormat.Version ? new SectorTags(tag * 0x01010101, earlier == 0 ? [] : [earlier]) : null;
        return new SegmentHeader(version, cluster, node, sequence, firstIndex, PreviousChain: 0, Nonce: 0x4E, bytes, firstFrame, tags);
    }
}
