using System.Diagnostics;
using MetaStore.IO;
using MetaStore.Raft.Messages;

namespace MetaStore.Raft.Storage.Snapshots;

/// <summary>Receives another node's container in order, with a size limit, and stores it as a snapshot when it is complete.</summary>
/// <remarks>Thread: one at a time. Disposing an incomplete one removes what was received.</remarks>
public sealed class SnapshotReceiver : IDisposable
{
    /// <summary>Disk space kept free for the log, whatever a sender announces: a segment of 64 MiB.</summary>
    public const long RoomForTheLog = 64 << 20;

    private const long BytesBetweenLooks = 16 << 20;

    private readonly SnapshotStore _store;
    private readonly SnapshotMetadata _expected;
    private readonly string _temporary;
    private readonly long _bytesMax;
    private readonly long _started = Stopwatch.GetTimestamp();
    private IDiskFile? _file;
    private long _lookAt;

    internal SnapshotReceiver(SnapshotStore store, SnapshotMetadata expected, string temporary, long bytesMax)
    {
        _store = store;
        _expected = expected;
        _temporary = temporary;
        _bytesMax = bytesMax;
        _file = store.Disk.Open(temporary, DiskOpenMode.Create);
    }

    /// <summary>Bytes received so far: offset of the next part.</summary>
    public long ReceivedBytes { get; private set; }

    /// <summary>Adds the next part of the container.</summary>
    /// <exception cref="StorageException">More than the limit was sent (66), or the disk has too little room (75).</exception>
    public void Write(ReadOnlySpan<byte> piece)
    {
        ObjectDisposedException.ThrowIf(_file is null, this);
        if (ReceivedBytes + piece.Length > _bytesMax)
        {
            throw new SnapshotCorruptException(_temporary, $"the sender passed the limit of {_bytesMax} bytes");
        }

        if (ReceivedBytes >= _lookAt)
        {
            _store.RequireRoom(RoomForTheLog);
            _lookAt = ReceivedBytes + BytesBetweenLooks;
        }

        _file.Write(ReceivedBytes, piece);
        ReceivedBytes += piece.Length;
    }

    /// <summary>Syncs, verifies every checksum, cluster and log position, and gives the file its name, durably.</summary>
    /// <param name="refusal">Checks the verified container before it gets its name, and returns why it is refused. Null = no check.</param>
    /// <exception cref="SnapshotCorruptException">
    /// It is damaged, differs from the announcement or was refused; nothing remains of it.
    /// </exception>
    public SnapshotFile Complete(Func<SnapshotFile, string?>? refusal = null)
    {
        ObjectDisposedException.ThrowIf(_file is null, this);
        var syncing = Stopwatch.GetTimestamp();
        _file.FullSync();
        var sync = Stopwatch.GetElapsedTime(syncing);
        _file.Dispose();
        _file = null;
        try
        {
            var adopted = _store.Adopt(_temporary, _expected, refusal);
            _store.Observer?.OnReceived(sync, Stopwatch.GetElapsedTime(_started));
            return adopted;
        }
        catch
        {
            _store.Discard(_temporary);
            throw;
        }
    }

    /// <summary>Discards an incomplete one.</summary>
    public void Dispose()
    {
        if (_file is not null)
        {
            _file.Dispose();
            _file = null;
            _store.Discard(_temporary);
        }
    }
}
