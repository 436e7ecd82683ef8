using System.Buffers;
using System.Collections.Concurrent;
using System.Net.Sockets;
using MetaStore.IO;
using MetaStore.Raft.Messages;
using MetaStore.Raft.Storage.Snapshots;

namespace MetaStore.Raft.Runtime.Snapshots;

/// <summary>Snapshot files on disk.</summary>
internal sealed class SnapshotSource(SnapshotStore store, IFatalHandler fatal, ISnapshotFiles? files = null) : ISnapshotSource
{
    private const int ChunkBytes = 256 << 10;
    private const int NoSpace = 28;

    private readonly ISnapshotFiles _files = files ?? NoSnapshotFiles.Instance;

    /// <summary>Received snapshots, until they are installed or replaced by newer ones.</summary>
    private readonly ConcurrentDictionary<(ulong Term, ulong Index), string> _received = new();

    public OutgoingSnapshot? Open(SnapshotMetadata snapshot, string acceptedFormats) =>
        store.Open(snapshot.Index) is { } file && file.Metadata.Term == snapshot.Term
        && (file.Body == SnapshotBody.Portable || (file.Body == SnapshotBody.EngineFiles && _files.IsReadBy(file, acceptedFormats)))
            ? new OutgoingSnapshot(new DiskFileStream(file.OpenContainer()), file.Body)
            : null;

    public bool Has(SnapshotMetadata snapshot) => store.Has(snapshot);

    public ReceivedSnapshot Receive(SnapshotMetadata snapshot, Stream container, long length)
    {
        SnapshotReceiver receiver;
        try
        {
            receiver = store.ReceiveStream(snapshot);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // Nothing was written: the leader tries again, and by then there may be space or a free descriptor.
            return Refused($"there is no file for it: {e.Message}");
        }

        using (receiver)
        {
            return Receive(snapshot, container, receiver);
        }
    }

    public bool IsReceived(SnapshotMetadata snapshot) => _received.ContainsKey((snapshot.Term, snapshot.Index));

    public string PathOf(SnapshotMetadata snapshot)
    {
        string path = _received[(snapshot.Term, snapshot.Index)];
        foreach ((ulong Term, ulong Index) older in _received.Keys.Where(key => key.Index < snapshot.Index))
        {
            _received.TryRemove(older, out _);
        }

        return path;
    }

    public void DeleteOlder(ulong before, int keep) => store.DeleteOlder(before, keep);

    private static ReceivedSnapshot Refused(string why) => new(null, default, why);

    private ReceivedSnapshot Receive(SnapshotMetadata snapshot, Stream container, SnapshotReceiver receiver)
    {
        byte[] chunk = ArrayPool<byte>.Shared.Rent(ChunkBytes);
        try
        {
            for (int read; (read = ReadOrNegative(container, chunk)) != 0;)
            {
                if (read < 0)
                {
                    return Refused("the connection broke");
                }

                receiver.Write(chunk.AsSpan(0, read));
            }

            SnapshotFile file = receiver.Complete(Refusal);
            _received[(snapshot.Term, snapshot.Index)] = file.Path;
            return new ReceivedSnapshot(file.Metadata, file.Body, Refusal: null);
        }
        catch (StorageException e)
        {
            return Refused(e.Message);
        }
        catch (IOException e) when (e.HResult == NoSpace)
        {
            // Nothing was acknowledged yet: the leader tries again, and by then there may be space.
            return Refused($"the disk is full: {e.Message}");
        }
        catch (IOException e)
        {
            // A failed write or sync: the content of the disk is unknown from here on.
            fatal.OnFatal(ExitCodes.IoError, $"snapshot at index {snapshot.Index} cannot be stored: {e.Message}");
            return Refused(e.Message);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(chunk);
        }
    }

    private string? Refusal(SnapshotFile file) => file.Body switch
    {
        SnapshotBody.Portable => null,
        SnapshotBody.Pages => "it names files that only its sender has",
        _ => _files.Refusal(file),
    };

    /// <summary>Separates network errors from disk errors, which are fatal.</summary>
    private static int ReadOrNegative(Stream body, byte[] chunk)
    {
        try
        {
            return body.Read(chunk);
        }
        catch (Exception e) when (e is IOException or SocketException or ObjectDisposedException)
        {
            return -1;
        }
    }
}
