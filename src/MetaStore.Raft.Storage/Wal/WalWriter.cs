using System.Diagnostics;
using MetaStore.IO;
using MetaStore.Raft.Messages;
using MetaStore.Raft.Storage.Wal.Format;
using MetaStore.Raft.Storage.Wal.Reading;
using MetaStore.Raft.Storage.Wal.Recovery;
using MetaStore.Raft.Storage.Wal.Segments;

namespace MetaStore.Raft.Storage.Wal;

/// <summary>The log without threads: everything it is given is durable when the call returns.</summary>
/// <remarks>
/// <see cref="WriteAheadLog"/> adds a queue and a writer thread; a simulator calls it directly. A frame is written only after the sync of
/// the one before returned, so that a later frame shows that an earlier one was durable.
/// Any exception from a call that writes means: the content of the disk is unknown, nothing may be acknowledged, the process must end.
/// Thread: one at a time.
/// </remarks>
public sealed class WalWriter : IDisposable
{
    private readonly WalOptions _options;
    private readonly ISegmentAllocator _supply;
    private readonly List<WalSegment> _segments;
    private readonly FramePlaces _places;
    private readonly FrameEncoder _frame = new();
    private readonly FrameEncoder _seal = new();
    private IDiskFile _file;
    private long _offset;
    private ulong _nextSequence;
    private ulong _chain;
    private ulong _lastIndex;
    private HardState _state;
    private MarkerRecord? _marker;
    private bool _stateIsDirty;
    private bool _tailIsUnconfirmed = true;

    private WalWriter(WalOptions options, ISegmentAllocator supply, RecoveredLog log)
    {
        _options = options;
        _supply = supply;
        _segments = log.Segments;
        _places = log.Places;
        _offset = log.EndOffset;
        _nextSequence = log.NextSequence;
        _chain = log.Chain;
        _lastIndex = log.Replay.LastIndex;
        _state = log.Replay.HardState;
        _marker = log.Replay.Marker;
        _file = options.Disk.Open(_segments[^1].Path, DiskOpenMode.ReadWrite);
        supply.Spares.Open();
    }

    /// <summary>Bytes written in frames since opening, with padding.</summary>
    public long BytesWritten { get; private set; }

    /// <summary>Frames synced since opening.</summary>
    public long SyncCount { get; private set; }

    /// <summary>Segments on disk.</summary>
    public int SegmentCount => _segments.Count;

    /// <summary>Files kept for later segments.</summary>
    internal SpareSegments Spares => _supply.Spares;

    /// <summary>True when <see cref="ConfirmTail"/> would write a frame.</summary>
    public bool TailUnconfirmed => _tailIsUnconfirmed || _stateIsDirty;

    private WalSegment Active => _segments[^1];

    /// <summary>Opens a log, or creates one.</summary>
    /// <exception cref="StorageException">It must not be used; the exit code says why.</exception>
    public static WalWriter Open(WalOptions options, out WalRecovery recovery)
    {
        ArgumentNullException.ThrowIfNull(options);
        return Open(options, new InlineSegmentAllocator(options), out recovery);
    }

    /// <summary>True when the append contains more than a commit index.</summary>
    /// <param name="append">The append.</param>
    /// <param name="current">The state before it.</param>
    public static bool MustSync(WalAppend append, in HardState current)
    {
        ArgumentNullException.ThrowIfNull(append);
        return append.MustSync || append.Entries.Count > 0 || append.Marker is not null
            || (append.HardState is { } state && (state.Term != current.Term || state.Vote != current.Vote));
    }

    /// <summary>True when a frame fits into the active segment: it is written without waiting for space for another one.</summary>
    /// <param name="recordBytes">Bytes of its entries and markers, as records.</param>
    internal bool HasRoomFor(long recordBytes)
    {
        const int stateAndCarriedMarker = 4096;
        return _offset + WalFormat.FrameBytes(recordBytes + stateAndCarriedMarker, tagged: true) + WalFormat.SealFrameBytes <= Active.Header.SegmentBytes;
    }

    /// <summary>Newest hard state given to the journal.</summary>
    public HardState HardState => _state;

    /// <summary>Writes all of the group in one frame (more only when it is larger than 8 MiB) and syncs it.</summary>
    /// <param name="group">In order. Nothing is written when nothing in it must be synced; see <see cref="MustSync"/>.</param>
    public void Persist(ReadOnlySpan<WalAppend> group)
    {
        var mustWrite = false;
        foreach (var append in group)
        {
            mustWrite |= MustSync(append, _state);
            Add(append);
        }

        if (mustWrite)
        {
            Flush();
        }
    }

    /// <summary>
    /// Writes one more frame, with the commit index if it is newer than on disk, to confirm that the last frame was durable.
    /// </summary>
    public void ConfirmTail()
    {
        if (TailUnconfirmed)
        {
            _frame.MarkAsConfirmation();
            Flush();
        }
    }

    /// <summary>Gives up whole segments whose entries are all at or below the index, oldest first: deleted, or kept for later segments.</summary>
    /// <param name="index">Limited to the newest durable snapshot marker; nothing is given up without one.</param>
    public void TruncatePrefix(ulong index)
    {
        index = Math.Min(index, _marker?.Snapshot.Index ?? 0);
        var count = 0;

        // The newest segment with frames repeats marker and hard state, so the segments before it are only needed for their entries.
        while (count < _segments.Count - 1 && _segments[count].HighestIndex <= index && _segments[count + 1].FrameCount > 0)
        {
            count++;
        }

        // First: a reader that fails on a file looks here whether it was given up.
        _places.RemoveBefore(_segments[count]);
        if (count > 0)
        {
            _supply.Retire(_segments[..count]);
            _segments.RemoveRange(0, count);
        }
    }

    /// <inheritdoc cref="IWriteAheadLog.Read"/>
    public IReadOnlyList<Entry>? Read(ulong low, ulong high, long maxBytes)
    {
        using var reader = new EntryReader(_options.Disk, _options.Directory, _places);
        return reader.Read(low, high, maxBytes);
    }

    /// <summary>The log closes: a frame for which no new segment can be made fails instead of waiting. Any thread.</summary>
    public void CancelWait() => _supply.CancelWait();

    /// <summary>Closes the files. Writes nothing.</summary>
    public void Dispose()
    {
        _supply.Dispose();
        _file.Dispose();
    }

    internal static WalWriter Open(WalOptions options, ISegmentAllocator supply, out WalRecovery recovery)
    {
        options.Validate();
        try
        {
            var isNew = WalDirectory.Prepare(options);
            var log = new LogRecovery(options).Run();
            recovery = new WalRecovery
            {
                HardState = log.Replay.HardState,
                Marker = log.Replay.Marker?.Snapshot,
                MarkerHash = log.Replay.Marker?.FileHash ?? default,
                Entries = log.Replay.Entries,
                FirstIndex = log.Replay.FirstIndex,
                LastIndex = log.Replay.LastIndex,
                IsNew = isNew,
                TailRepaired = log.RepairNote is not null,
                RepairNote = log.RepairNote,
            };
            return new WalWriter(options, supply, log);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw StorageFailure.FromIo($"write-ahead log {options.Directory} cannot be opened", error);
        }
    }

    private void Add(WalAppend append)
    {
        if (append.HardState is { } state)
        {
            _stateIsDirty |= state != _state;
            _state = state;
        }

        if (append.Marker is { } snapshot && snapshot.Index >= (_marker?.Snapshot.Index ?? 0))
        {
            var marker = new MarkerRecord(snapshot, append.MarkerHash, Carried: false);
            _frame.AddMarker(marker);
            _marker = marker;
            _lastIndex = Math.Max(_lastIndex, snapshot.Index);
        }

        var entries = append.Entries;
        for (var i = 0; i < entries.Count; i++)
        {
            var entry = entries[i];
            _frame.AddEntry(entry);
            _lastIndex = entry.Index;
            if (_frame.BodyBytes >= WalFormat.BodyBytesTarget)
            {
                Flush();
            }
        }
    }

    private void Flush()
    {
        const int stateAndFraming = 64;
        var carryBytes = stateAndFraming + (_marker is { } carried ? RecordPayload.MarkerBytes(carried) : 0);
        var needed = WalFormat.FrameBytes(_frame.BodyBytes + carryBytes, tagged: true);
        if (_offset + needed + WalFormat.SealFrameBytes > Active.Header.SegmentBytes)
        {
            Roll(needed);
        }

        if (Active.FrameCount == 0 && _marker is { } marker)
        {
            _frame.AddMarker(marker with { Carried = true });
        }

        if (_stateIsDirty || Active.FrameCount == 0)
        {
            // In a group of several frames the entries that the commit index covers may only come with the next one.
            var covered = _state with { Commit = Math.Min(_state.Commit, _lastIndex) };
            _frame.AddHardState(covered);
            _stateIsDirty = covered != _state;
        }

        var bytes = _frame.Finish(Active.Header, _nextSequence, _chain, out _chain);
        WriteDurably(bytes, _frame.RecordCount);
        _places.Add(Active, _offset - bytes.Length, _frame.FirstIndex);
        Active.FrameCount++;
        Active.HighestIndex = Math.Max(Active.HighestIndex, _frame.LastIndex);
        _tailIsUnconfirmed = !_frame.Flags.HasFlag(FrameFlags.Proof);
        _frame.Reset();
        if (_offset > Active.Header.SegmentBytes / 4)
        {
            _supply.Prepare(_options.SegmentBytes);
        }
    }

    // Order matters. The next segment gets header and name first and the old one its seal last: a seal without a successor then means
    // that the successor was lost, and a successor without frames after an unsealed segment means that the crash came in between.
    private void Roll(long frameBytes)
    {
        _seal.Reset();
        _seal.AddSeal(new SealRecord(_lastIndex, _chain, Active.FrameCount));
        var seal = _seal.Finish(Active.Header, _nextSequence, _chain, out var sealChain);

        var smallest = Math.Max(
            _options.SegmentBytes, WalFormat.SegmentHeaderBytes + frameBytes + WalFormat.SealFrameBytes);
        var space = _supply.Take(smallest);
        var firstIndex = _frame.FirstAddedIndex == 0 ? _lastIndex + 1 : _frame.FirstAddedIndex;
        var sequence = Active.Header.Sequence + 1;
        var nonce = _options.NonceSource();
        var header = new SegmentHeader(
            WalFormat.Version, _options.ClusterId, _options.NodeId, sequence, firstIndex, sealChain,
            nonce, space.Bytes, _nextSequence + 1, SectorTags.Next(space.Before, nonce));
        var path = Path.Combine(_options.Directory, SegmentName.Format(sequence, firstIndex));
        var file = SegmentFile.Publish(_options.Disk, space.Path, path, header);

        WriteDurably(seal, records: 1);
        _chain = sealChain;
        _file.Dispose();
        _file = file;
        _offset = WalFormat.SegmentHeaderBytes;
        _segments.Add(new WalSegment(path, header));
        _options.Observer?.OnSegment(sequence, space.Bytes);
    }

    private void WriteDurably(ReadOnlySpan<byte> frame, int records)
    {
        var start = Stopwatch.GetTimestamp();
        _file.Write(_offset, frame);
        var written = Stopwatch.GetTimestamp();
        if (!_options.UnsafeNoSync)
        {
            _file.DataSync();
        }

        _offset += frame.Length;
        _nextSequence++;
        BytesWritten += frame.Length;
        SyncCount++;
        _options.Observer?.OnFrame(
            records, frame.Length, Stopwatch.GetElapsedTime(start, written), Stopwatch.GetElapsedTime(written));
    }
}
