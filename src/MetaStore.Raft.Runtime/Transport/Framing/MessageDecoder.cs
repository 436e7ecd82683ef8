using MetaStore.Raft.Messages;
using MetaStore.Raft.Storage.Wal;

namespace MetaStore.Raft.Runtime.Transport.Framing;

/// <summary>
/// Decodes frame bodies. Invalid bytes give false, never an exception, and no message holds much more memory than it is charged
/// for.
/// </summary>
internal static class MessageDecoder
{
    private const int WasteBytesMax = 4096;

    /// <summary>True when the body carries entries, whose data will be slices of it: it must then be an array of its own.</summary>
    public static bool MayKeepBody(ReadOnlySpan<byte> body) =>
        body.Length >= 2 && body[0] == MessageFields.Type && body[1] is (byte)MessageType.AppendEntries or (byte)MessageType.Propose;

    /// <summary>Decodes one message.</summary>
    /// <param name="body">The body; entries of the result share it, so it may not be written to again.</param>
    /// <param name="message">The message; unset when the result is false.</param>
    public static bool TryDecode(ReadOnlyMemory<byte> body, out Message message)
    {
        message = null!;
        WireReader reader = new(body.Span);
        Fields fields = default;
        Entry[] entries = [];
        int count = 0;
        while (!reader.AtEnd)
        {
            if (!reader.TryReadVarint(out ulong tag))
            {
                return false;
            }

            if (tag != MessageFields.Entries)
            {
                if (!fields.TryRead(tag, body, ref reader))
                {
                    return false;
                }

                continue;
            }

            // In a body that is not kept they would change with the next frame, after every check of them.
            if (count == FrameFormat.EntriesMax || !MayKeepBody(body.Span))
            {
                return false;
            }

            if (count == entries.Length)
            {
                Array.Resize(ref entries, count == 0 ? CountEntries(body.Span, reader.Position) : count * 2);
            }

            if (!reader.TryReadBytes(out int offset, out int length) || !TryDecodeEntry(body.Slice(offset, length), out entries[count]))
            {
                return false;
            }

            count++;
        }

        if (fields.Type is < (ulong)MessageType.AppendEntries or > (ulong)MessageType.TransferLeader || fields.To == 0)
        {
            return false;
        }

        if (count < entries.Length)
        {
            entries = entries[..count];
        }

        KeepOnlyData(body.Length, entries);
        message = fields.ToMessage(entries);
        return true;
    }

    /// <summary>Copies the entries' data out of a body that is mostly something else, so that little data does not keep a large body alive.</summary>
    private static void KeepOnlyData(int bodyBytes, Entry[] entries)
    {
        long data = 0;
        foreach (Entry entry in entries)
        {
            data += entry.Size;
        }

        if (entries.Length == 0 || bodyBytes <= (2 * data) + WasteBytesMax)
        {
            return;
        }

        for (int i = 0; i < entries.Length; i++)
        {
            entries[i] = entries[i] with { Data = entries[i].Data.ToArray() };
        }
    }

    /// <summary>Length of the run of entries that starts with the one whose length is at <paramref name="position"/>; at least 1.</summary>
    private static int CountEntries(ReadOnlySpan<byte> body, int position)
    {
        WireReader reader = new(body[position..]);
        int count = 0;
        do
        {
            count++;
        }
        while (count < FrameFormat.EntriesMax && reader.TryReadBytes(out _, out _) && reader.TryReadVarint(out ulong tag) && tag == MessageFields.Entries);
        return count;
    }

    private static bool TryDecodeEntry(ReadOnlyMemory<byte> bytes, out Entry entry)
    {
        entry = default;
        WireReader reader = new(bytes.Span);
        ulong type = 0;
        ulong term = 0;
        ulong index = 0;
        ReadOnlyMemory<byte> data = default;
        while (!reader.AtEnd)
        {
            if (!reader.TryReadVarint(out ulong tag))
            {
                return false;
            }

            int offset = 0;
            int length = 0;
            bool read = tag switch
            {
                MessageFields.EntryType => reader.TryReadVarint(out type),
                MessageFields.EntryTerm => reader.TryReadVarint(out term),
                MessageFields.EntryIndex => reader.TryReadVarint(out index),
                MessageFields.EntryData => reader.TryReadBytes(out offset, out length),
                _ => reader.TrySkip(tag),
            };
            if (!read)
            {
                return false;
            }

            if (tag == MessageFields.EntryData)
            {
                data = bytes.Slice(offset, length);
            }
        }

        entry = new Entry(term, index, (EntryType)type, data);
        // An entry that exceeds the log's limit must be rejected here, whatever limit the sender uses.
        return type <= (ulong)EntryType.ConfChange && data.Length <= WriteAheadLog.EntryBytesMax;
    }

    /// <summary>All decoded fields except the entries.</summary>
    private struct Fields
    {
        public ulong Type;
        public ulong To;
        private ulong _from;
        private ulong _term;
        private ulong _logTerm;
        private ulong _index;
        private ulong _commit;
        private ulong _reject;
        private ulong _rejectHint;
        private ulong _context;
        private ulong _oneWay;
        private SnapshotMetadata? _snapshot;

        public bool TryRead(ulong tag, ReadOnlyMemory<byte> body, ref WireReader reader) => tag switch
        {
            MessageFields.Type => reader.TryReadVarint(out Type),
            MessageFields.To => reader.TryReadFixed64(out To),
            MessageFields.From => reader.TryReadFixed64(out _from),
            MessageFields.Term => reader.TryReadVarint(out _term),
            MessageFields.LogTerm => reader.TryReadVarint(out _logTerm),
            MessageFields.Index => reader.TryReadVarint(out _index),
            MessageFields.Commit => reader.TryReadVarint(out _commit),
            MessageFields.Reject => reader.TryReadVarint(out _reject),
            MessageFields.RejectHint => reader.TryReadVarint(out _rejectHint),
            MessageFields.Context => reader.TryReadFixed64(out _context),
            MessageFields.OneWay => reader.TryReadVarint(out _oneWay),
            MessageFields.Snapshot => TryReadSnapshot(body, ref reader),
            _ => reader.TrySkip(tag),
        };

        public readonly Message ToMessage(Entry[] entries) => new()
        {
            Type = (MessageType)Type,
            To = To,
            From = _from,
            Term = _term,
            LogTerm = _logTerm,
            Index = _index,
            Commit = _commit,
            Reject = _reject != 0,
            RejectHint = _rejectHint,
            Context = _context,
            OneWay = _oneWay != 0,
            Snapshot = _snapshot,
            Entries = entries,
        };

        private bool TryReadSnapshot(ReadOnlyMemory<byte> body, ref WireReader reader)
        {
            if (!reader.TryReadBytes(out int offset, out int length)
                || !SnapshotPointCodec.TryDecode(body.Span.Slice(offset, length), out SnapshotMetadata snapshot))
            {
                return false;
            }

            _snapshot = snapshot;
            return true;
        }
    }
}
