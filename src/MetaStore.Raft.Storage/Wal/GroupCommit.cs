using System.Runtime.InteropServices;
using MetaStore.IO;
using MetaStore.Raft.Messages;
using MetaStore.Raft.Storage.Wal.Format;

namespace MetaStore.Raft.Storage.Wal;

/// <summary>Makes all queued appends durable in as few frames as possible, and completes them in order.</summary>
/// <remarks>Thread: the one that owns the journal, except the two counts. Exceptions have the same meaning as the journal's.</remarks>
internal sealed class GroupCommit(WalWriter journal)
{
    private long _bytesWritten;
    private long _syncCount;

    /// <summary>Exit code for an exception from <see cref="Run"/> or <see cref="ConfirmTail"/>.</summary>
    public int FailureCode { get; private set; } = ExitCodes.IoError;

    /// <summary>Bytes written in frames. Any thread.</summary>
    public long BytesWritten => Volatile.Read(ref _bytesWritten);

    /// <summary>Frames written and synced. Any thread.</summary>
    public long SyncCount => Volatile.Read(ref _syncCount);

    /// <summary>Persists and completes all appends, in runs of at most one frame's bytes.</summary>
    public void Run(List<WalAppend> appends)
    {
        int start = 0;
        long bytes = 0;
        for (int i = 0; i < appends.Count; i++)
        {
            bytes += PayloadBytes(appends[i]);
            if (bytes >= WalFormat.BodyBytesTarget || i == appends.Count - 1)
            {
                Persist(CollectionsMarshal.AsSpan(appends)[start..(i + 1)]);
                start = i + 1;
                bytes = 0;
            }
        }
    }

    /// <summary>Confirms the last frame with another one, if necessary.</summary>
    public void ConfirmTail()
    {
        journal.ConfirmTail();
        Count();
    }

    /// <summary>Bytes of the entries' data.</summary>
    public static long PayloadBytes(WalAppend append)
    {
        long bytes = 0;
        IReadOnlyList<Entry> entries = append.Entries;
        for (int i = 0; i < entries.Count; i++)
        {
            bytes += entries[i].Data.Length;
        }

        return bytes;
    }

    /// <summary>The same with what the log adds to each entry, and the marker: what it takes of a frame at most.</summary>
    public static long RecordBytes(WalAppend append)
    {
        const int entryBytes = FrameEncoder.FramingBytesMax + RecordPayload.EntryHeaderBytes;
        long marker = append.Marker is { } snapshot
            ? FrameEncoder.FramingBytesMax + RecordPayload.MarkerBytes(new MarkerRecord(snapshot, append.MarkerHash, Carried: false))
            : 0;
        return PayloadBytes(append) + ((long)append.Entries.Count * entryBytes) + marker;
    }

    private void Persist(ReadOnlySpan<WalAppend> group)
    {
        journal.Persist(group);
        Count();

        // From here on an exception comes from the completion, not from the disk.
        FailureCode = ExitCodes.InvariantBroken;
        foreach (WalAppend append in group)
        {
            append.Completion?.OnDurable(append);
        }

        FailureCode = ExitCodes.IoError;
    }

    private void Count()
    {
        Volatile.Write(ref _bytesWritten, journal.BytesWritten);
        Volatile.Write(ref _syncCount, journal.SyncCount);
    }
}
