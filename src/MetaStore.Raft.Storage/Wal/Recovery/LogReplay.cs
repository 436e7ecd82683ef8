using MetaStore.IO;
using MetaStore.Raft.Messages;
using MetaStore.Raft.Storage.Wal.Format;

namespace MetaStore.Raft.Storage.Wal.Recovery;

/// <summary>Applies the records of a log, in order, to the state that they describe.</summary>
/// <remarks>An entry with an index already seen replaces it and everything after it (Raft thesis Fig. 3.1, receiver step 3).</remarks>
internal sealed class LogReplay
{
    private readonly List<Entry> _entries = [];
    private ulong _base;
    private bool _baseIsGuess;

    /// <param name="firstIndex">First index expected, from the oldest segment's header.</param>
    /// <param name="isWholeLog">False when older segments were deleted; then the header's index is where this segment began.</param>
    internal LogReplay(ulong firstIndex, bool isWholeLog)
    {
        _base = firstIndex - 1;
        _baseIsGuess = !isWholeLog;
    }

    internal HardState HardState { get; private set; }

    internal MarkerRecord? Marker { get; private set; }

    internal SealRecord? Seal { get; private set; }

    internal IReadOnlyList<Entry> Entries => _entries;

    internal ulong FirstIndex => _base + 1;

    internal ulong LastIndex => _base + (ulong)_entries.Count;

    /// <summary>Applies one frame's records.</summary>
    /// <returns>Null, or the error in them.</returns>
    /// <exception cref="StorageException">A record type of a newer format.</exception>
    internal string? Apply(in FrameHeader header, ReadOnlyMemory<byte> body, string file)
    {
        var records = new RecordReader(body);
        var count = 0;
        Seal = null;
        while (records.MoveNext())
        {
            count++;
            var problem = Apply(records.Type, records.Payload, file);
            if (problem is not null)
            {
                return problem;
            }
        }

        return records.Problem ?? (count == header.RecordCount ? null : $"{count} records instead of {header.RecordCount}");
    }

    private string? Apply(RecordType type, ReadOnlyMemory<byte> payload, string file)
    {
        switch (type)
        {
            case RecordType.Entry:
                return RecordPayload.TryReadEntry(payload, out var entry) ? Append(entry) : "malformed entry";
            case RecordType.HardState:
                if (!RecordPayload.TryReadHardState(payload.Span, out var state))
                {
                    return "malformed hard state";
                }

                if (state.Term < HardState.Term)
                {
                    return $"term goes back from {HardState.Term} to {state.Term}";
                }

                HardState = state;
                return null;
            case RecordType.SnapshotMarker:
                return RecordPayload.TryReadMarker(payload.Span, out var marker) ? Mark(marker) : "malformed snapshot marker";
            case RecordType.Config:
                return ConfStateCodec.TryRead(payload.Span, out _) ? null : "malformed configuration";
            case RecordType.Seal:
                if (!RecordPayload.TryReadSeal(payload.Span, out var seal))
                {
                    return "malformed seal";
                }

                Seal = seal;
                return null;
            default:
                throw new StorageException(
                    ExitCodes.NewerFormat,
                    $"write-ahead log {file} holds records of type {(byte)type}, which this version does not know. Start a newer version.");
        }
    }

    private string? Append(in Entry entry)
    {
        // The oldest remaining segment may start in the middle of a suffix that a later one replaces from a lower index. Entries below
        // the replacement were in deleted segments, which is allowed only with a marker at or after them: see LogRecovery.
        if (_baseIsGuess && entry.Index <= _base)
        {
            _entries.Clear();
            _base = entry.Index - 1;
        }

        if (entry.Index > LastIndex + 1 || entry.Index <= _base)
        {
            return $"entry {entry.Index} does not follow entry {LastIndex}";
        }

        var keep = (int)(entry.Index - _base - 1);
        if (keep < _entries.Count)
        {
            _entries.RemoveRange(keep, _entries.Count - keep);
        }

        if (keep > 0 && _entries[keep - 1].Term > entry.Term)
        {
            return $"entry {entry.Index} has term {entry.Term} after term {_entries[keep - 1].Term}";
        }

        _entries.Add(entry);
        return null;
    }

    private string? Mark(in MarkerRecord marker)
    {
        var index = marker.Snapshot.Index;
        if (Marker is { } previous && index < previous.Snapshot.Index)
        {
            return $"snapshot marker goes back from {previous.Snapshot.Index} to {index}";
        }

        Marker = marker;
        var isInside = index > _base && index <= LastIndex;
        var conflicts = isInside && _entries[(int)(index - _base - 1)].Term != marker.Snapshot.Term;
        if (!marker.Carried && (index > LastIndex || conflicts))
        {
            // An installed snapshot replaces the log of another history: nothing of the own log remains (thesis §5.4).
            _entries.Clear();
            _base = index;
            _baseIsGuess = false;
        }

        return null;
    }
}
