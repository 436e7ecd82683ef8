using System.Buffers;
using System.Collections.Concurrent;
using System.Net.Sockets;
using MetaStore.Raft.Messages;
using MetaStore.Raft.Runtime.Native;
using MetaStore.Raft.Runtime.Snapshots;
using MetaStore.Raft.Runtime.Storage;

namespace MetaStore.Raft.Runtime;

/// <summary>The real snapshot files.</summary>
internal sealed class NodeSnapshots(SnapshotStore store, IFatalHandler fatal) : INodeSnapshots
{
    private const int ChunkBytes = 256 << 10;
    private const int NoSpace = 28;

    /// <summary>Where received snapshots lie, until they are installed or replaced by newer ones.</summary>
    private readonly ConcurrentDictionary<(ulong Term, ulong Index), string> _received = new();

    public Stream? Open(SnapshotMetadata snapshot) =>
        store.Open(snapshot.Index) is { } file && file.Metadata.Term == snapshot.Term
            ? new DiskFileStream(file.OpenContainer())
            : null;

    public bool Has(SnapshotMetadata snapshot) => store.Has(snapshot);

    public string? Receive(SnapshotMetadata snapshot, Stream body, long length)
    {
        byte[] chunk = ArrayPool<byte>.Shared.Rent(ChunkBytes);
        using SnapshotReceiver receiver = store.ReceiveStream(snapshot);
        try
        {
            for (int read; (read = ReadOrNegative(body, chunk)) != 0;)
            {
                if (read < 0)
                {
                    return "the connection broke";
                }

                receiver.Write(chunk.AsSpan(0, read));
            }

            SnapshotFile file = receiver.Complete();
            _received[(snapshot.Term, snapshot.Index)] = file.Path;
            return null;
        }
        catch (SnapshotCorruptException e)
        {
            return e.Message;
        }
        catch (IOException e) when (e.HResult == NoSpace)
        {
            // Nothing was promised yet: the leader tries again, and by then there may be room.
            return $"the disk is full: {e.Message}";
        }
        catch (IOException e)
        {
            // A failed write or sync of ours: what the disk holds is unknown from here on.
            fatal.OnFatal(ExitCodes.IoError, $"snapshot at index {snapshot.Index} cannot be stored: {e.Message}");
            return e.Message;
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(chunk);
        }
    }

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

    /// <summary>Keeps faults of the network apart from those of the disk, which are fatal.</summary>
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
