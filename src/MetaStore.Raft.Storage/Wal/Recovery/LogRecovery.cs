using MetaStore.IO;
using MetaStore.Raft.Storage.Wal.Format;
using MetaStore.Raft.Storage.Wal.Reading;
using MetaStore.Raft.Storage.Wal.Segments;

namespace MetaStore.Raft.Storage.Wal.Recovery;

/// <summary>Reads a log from its first segment to its last, repairs a torn tail and refuses any other damage.</summary>
/// <remarks>
/// Each segment is synced and dropped from the cache before it is read: a process that restarts after a failed sync would otherwise
/// read from the cache what was never written to the disk. Cases a to g of docs/formats.md. Thread: the opener's.
/// </remarks>
internal sealed class LogRecovery
{
    private readonly WalOptions _options;
    private readonly IDisk _disk;
    private readonly bool _readOnly;
    private readonly List<WalSegment> _segments = [];
    private readonly FramePlaces _places = new();
    private LogReplay? _replay;
    private ulong _chain;
    private ulong _nextSequence;

    /// <param name="options">Folder and owner of the log.</param>
    /// <param name="readOnly">True: nothing is changed; a tail that would be repaired is only reported.</param>
    internal LogRecovery(WalOptions options, bool readOnly = false)
    {
        _options = options;
        _disk = options.Disk;
        _readOnly = readOnly;
    }

    /// <exception cref="StorageException">The log is damaged, incomplete, foreign or newer.</exception>
    internal RecoveredLog Run()
    {
        var names = SegmentList.Read(_disk, _options.Directory);
        for (var i = 0; i < names.Count; i++)
        {
            using var file = Open(names[i].Path);
            var isLast = i == names.Count - 1;
            var source = Begin(file, names[i], isOnly: names.Count == 1);
            var check = Scan(file, source);
            if (_replay!.Seal is { } seal && check == FrameCheck.Valid)
            {
                CheckSeal(file, source, seal);
                if (isLast)
                {
                    throw SegmentList.Missing(_options.Directory, $"segment {names[i].Sequence} is closed, but segment {names[i].Sequence + 1} is missing");
                }

                continue;
            }

            if (i == names.Count - 2 && IsUnused(names[^1].Path))
            {
                // The crash came after the next segment was named and before this one was sealed: the next one is empty.
                DropUnused(names[^1].Path);
                names.RemoveAt(names.Count - 1);
                isLast = true;
            }

            return Finish(file, source, check, isLast);
        }

        throw new InvalidOperationException("A log has at least one segment.");
    }

    private IDiskFile Open(string path)
    {
        var file = _disk.Open(path, _readOnly ? DiskOpenMode.Read : DiskOpenMode.ReadWrite);
        if (!_readOnly)
        {
            file.FullSync();
            file.DropCache();
        }

        return file;
    }

    private FrameSource Begin(IDiskFile file, in SegmentList.Item item, bool isOnly)
    {
        var bytes = new byte[WalFormat.SegmentHeaderBytes];
        _ = file.Read(0, bytes);
        if (!SegmentHeader.TryRead(bytes, out var header))
        {
            if (isOnly && !bytes.AsSpan().ContainsAnyExcept((byte)0))
            {
                throw SegmentList.Missing(_options.Directory, $"{file.Path} is empty");
            }

            throw new WalCorruptException(file.Path, 0, "the segment header cannot be read", _replay is null ? 0 : _replay.LastIndex + 1);
        }

        SegmentList.CheckHeader(_options, file.Path, item, header);
        if (_replay is null)
        {
            _replay = new LogReplay(header.FirstIndex, isWholeLog: header.Sequence == 1);
        }
        else if (header.PreviousChain != _chain || header.FirstFrame != _nextSequence)
        {
            throw new WalCorruptException(file.Path, 0, "the segment does not continue the one before", _replay.LastIndex + 1);
        }

        _segments.Add(new WalSegment(file.Path, header));
        return new FrameSource(file, header);
    }

    private FrameCheck Scan(IDiskFile file, FrameSource source)
    {
        var segment = _segments[^1];
        while (true)
        {
            var offset = source.Offset;
            var check = source.Next();
            if (check != FrameCheck.Valid)
            {
                return check;
            }

            var problem = _replay!.Apply(source.Header, source.Body, file.Path);
            if (problem is not null)
            {
                throw new WalCorruptException(
                    file.Path, offset, $"frame {source.Header.Sequence}: {problem}", source.Header.FirstIndex, source.Header.LastIndex);
            }

            segment.HighestIndex = Math.Max(segment.HighestIndex, source.Header.LastIndex);
            _places.Add(segment, offset, source.Header.FirstIndex);
            _chain = source.Chain;
            _nextSequence = source.NextSequence;
            if (_replay.Seal is not null)
            {
                return FrameCheck.Valid;
            }

            segment.FrameCount++;
        }
    }

    private void CheckSeal(IDiskFile file, FrameSource source, in SealRecord seal)
    {
        if (seal.FrameCount != _segments[^1].FrameCount || seal.LastChain != source.Header.PreviousChain)
        {
            throw new WalCorruptException(file.Path, source.Offset, "the seal does not fit the segment", _replay!.LastIndex + 1);
        }
    }

    private bool IsUnused(string path)
    {
        // Opening it writable first makes sure that the disk is read and not the cache.
        Open(path).Dispose();
        return !SegmentFile.HasFrames(_disk, path);
    }

    private void DropUnused(string path)
    {
        if (!_readOnly)
        {
            _disk.Delete(path);
            _disk.SyncDirectory(_options.Directory);
        }
    }

    private RecoveredLog Finish(IDiskFile file, FrameSource source, FrameCheck check, bool isLast)
    {
        var header = _segments[^1].Header;
        var tail = isLast
            ? TailClassifier.Classify(file, header, source, check)
            : new TailClassification(TailAction.Refuse, $"the segment ends without its seal ({check}), but later segments exist");
        if (tail.Action == TailAction.Refuse)
        {
            throw new WalCorruptException(file.Path, source.Offset, tail.Why, _replay!.LastIndex + 1, tail.LastIndex);
        }

        CheckWhole(file.Path, source.Offset);
        string? note = null;
        if (tail.Action == TailAction.Repair)
        {
            var copy = _readOnly ? "no copy, nothing was changed" : "copy in " + TailRepair.Run(_disk, file, header, source.Offset, tail.ClearTo);
            note = $"{file.Path}: cleared from offset {source.Offset}: {tail.Why}; {copy}";
        }

        return new RecoveredLog(_replay!, _segments, _places, source.Offset, source.NextSequence, source.Chain, note);
    }

    private void CheckWhole(string path, long offset)
    {
        var replay = _replay!;
        var marker = replay.Marker?.Snapshot.Index ?? 0;
        if (replay.FirstIndex > marker + 1)
        {
            throw SegmentList.Missing(
                _options.Directory, $"the log begins at index {replay.FirstIndex}, but the newest snapshot marker is {marker}");
        }

        // A commit index is written with or after the entries it covers, so they cannot be missing after a crash.
        if (replay.HardState.Commit > replay.LastIndex)
        {
            throw new WalCorruptException(
                path, offset, $"the commit index is {replay.HardState.Commit}, but the log ends at {replay.LastIndex}",
                replay.LastIndex + 1, replay.HardState.Commit);
        }
    }
}
