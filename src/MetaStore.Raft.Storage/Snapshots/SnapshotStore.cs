using System.Diagnostics;
using System.Globalization;
using MetaStore.IO;
using MetaStore.Raft.Messages;
using MetaStore.Raft.Storage.Wal.Recovery;

namespace MetaStore.Raft.Storage.Snapshots;

/// <summary>The snapshot files of a node.</summary>
/// <remarks>
/// A file gets its name only when all of it is durable, so a crash leaves a complete snapshot or a temporary file that the next start
/// removes. Thread: any; writing and receiving at the same time use different temporary files.
/// </remarks>
public sealed class SnapshotStore
{
    /// <summary>Default limit of a received container: 16 GiB.</summary>
    public const long ReceiveBytesMaxDefault = 16L << 30;

    private readonly string _directory;
    private readonly ulong _clusterId;
    private int _temporaries;

    private SnapshotStore(string directory, ulong clusterId, IDisk disk)
    {
        _directory = directory;
        _clusterId = clusterId;
        Disk = disk;
    }

    /// <summary>Receives the durations for each file; null = none.</summary>
    public ISnapshotStoreObserver? Observer { get; set; }

    internal IDisk Disk { get; }

    /// <summary>Opens the folder, creates it when missing, and removes what an interrupted write left.</summary>
    /// <exception cref="StorageException">I/O error (74) or disk full (75).</exception>
    public static SnapshotStore Open(string directory, ulong clusterId, IDisk? disk = null)
    {
        disk ??= PhysicalDisk.Instance;
        try
        {
            if (!disk.DirectoryExists(directory))
            {
                disk.CreateDirectory(directory);
                disk.SyncDirectory(Path.GetDirectoryName(directory)!);
            }

            foreach (var name in disk.List(directory))
            {
                if (name.EndsWith(SnapshotFormat.TemporaryExtension, StringComparison.Ordinal))
                {
                    disk.Delete(Path.Combine(directory, name));
                }
            }

            return new SnapshotStore(directory, clusterId, disk);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw StorageFailure.FromIo($"snapshot folder {directory} cannot be opened", error);
        }
    }

    /// <summary>Opens the snapshots of a data directory.</summary>
    public static SnapshotStore Open(DataDirectory directory)
    {
        ArgumentNullException.ThrowIfNull(directory);
        return Open(directory.SnapshotPath, directory.Identity.ClusterId, directory.Disk);
    }

    /// <summary>True when a file for that log position exists. Not verified.</summary>
    public bool Has(SnapshotMetadata snapshot)
    {
        ArgumentNullException.ThrowIfNull(snapshot);
        return Disk.FileExists(Path.Combine(_directory, SnapshotName.Format(snapshot.Term, snapshot.Index)));
    }

    /// <summary>Log indexes of the existing snapshots, ascending. Not verified.</summary>
    public IReadOnlyList<ulong> List() => [.. Names().Select(item => item.Index).Order()];

    /// <summary>Writes a snapshot.</summary>
    /// <param name="metadata">Log position that the state covers.</param>
    /// <param name="body">
    /// Writes the state into the given stream, which keeps one chunk of 256 KiB in memory. Must not keep the stream.
    /// </param>
    /// <param name="revision">Store revision of the state, for tools; 0 when there is none.</param>
    /// <param name="kind">Kind of content that <paramref name="body"/> writes.</param>
    /// <returns>The durable file. An existing snapshot of the same position is replaced.</returns>
    /// <remarks>Durability: all of it survives a power cut when this returns. Announce it to the log afterwards, never before.</remarks>
    /// <exception cref="IOException">Writing failed; the temporary file is removed if possible. A failed sync must end the process (74).</exception>
    public SnapshotFile Write(SnapshotMetadata metadata, Action<Stream> body, long revision = 0, SnapshotBody kind = SnapshotBody.Portable)
    {
        ArgumentNullException.ThrowIfNull(metadata);
        ArgumentNullException.ThrowIfNull(body);
        var started = Stopwatch.GetTimestamp();
        var temporary = NewTemporary(metadata);
        try
        {
            using var file = Disk.Open(temporary, DiskOpenMode.Create);
            using var writer = new SnapshotBodyWriter(file, SnapshotHeader.Of(_clusterId, revision, metadata, kind));
            body(writer);
            var hash = writer.Complete();
            var written = Stopwatch.GetTimestamp();
            file.FullSync();
            var synced = Stopwatch.GetTimestamp();
            var path = Publish(temporary, metadata);
            Observer?.OnWritten(Stopwatch.GetElapsedTime(started, written), Stopwatch.GetElapsedTime(written, synced), Stopwatch.GetElapsedTime(started));
            return new SnapshotFile(metadata, revision, kind, path, writer.FileBytes, writer.BodyBytes, hash, Disk);
        }
        catch
        {
            Discard(temporary);
            throw;
        }
    }

    /// <summary>Opens the snapshot of an index and verifies all of it.</summary>
    /// <returns>Null when there is none.</returns>
    /// <exception cref="SnapshotCorruptException">It is damaged (66).</exception>
    public SnapshotFile? Open(ulong index)
    {
        foreach (var item in Names())
        {
            if (item.Index == index)
            {
                return Verify(item);
            }
        }

        return null;
    }

    /// <summary>Bodies of the given kind, of all snapshots that exist. Their headers and the chunks that are read are verified, nothing else.</summary>
    /// <returns>Streams that the caller disposes; a file that is deleted meanwhile is left out.</returns>
    /// <exception cref="StorageException">A header is damaged, or of a newer format.</exception>
    public IEnumerable<Stream> OpenBodies(SnapshotBody kind) => SnapshotBodyStream.OpenAll(Disk, [.. Names().Select(item => item.Path)], kind);

    /// <summary>Opens the newest usable snapshot, fully verified.</summary>
    /// <param name="walFirstIndex">
    /// First index that the log still has (<see cref="WalRecovery.FirstIndex"/>). When the newest snapshot is damaged, an older one
    /// replaces it if the log reaches back to it; by default none does.
    /// </param>
    /// <param name="notBeyond">Snapshots of a higher index are skipped: received, but never announced to the log.</param>
    /// <returns>Null when there is none.</returns>
    /// <exception cref="SnapshotCorruptException">The newest is damaged and no other can replace it (66).</exception>
    public SnapshotFile? OpenNewest(ulong walFirstIndex = ulong.MaxValue, ulong notBeyond = ulong.MaxValue)
    {
        SnapshotCorruptException? damage = null;
        foreach (var item in Names().Where(item => item.Index <= notBeyond).OrderByDescending(item => item.Index))
        {
            if (damage is not null && item.Index + 1 < walFirstIndex)
            {
                break;
            }

            try
            {
                return Verify(item);
            }
            catch (SnapshotCorruptException error)
            {
                damage ??= error;
            }
        }

        return damage is null ? null : throw damage;
    }

    /// <summary>Renames the snapshot of an index so that no start looks for it.</summary>
    /// <returns>The new path; durable when this returns.</returns>
    public string SetAside(ulong index)
    {
        var item = Names().Single(item => item.Index == index);
        var path = item.Path + SnapshotFormat.BrokenExtension;
        Disk.Rename(item.Path, path);
        Disk.SyncDirectory(_directory);
        return path;
    }

    /// <summary>Starts receiving a snapshot from another node.</summary>
    /// <param name="announced">The leader's announcement; the container must match.</param>
    /// <param name="bytesMax">Maximum size.</param>
    public SnapshotReceiver ReceiveStream(SnapshotMetadata announced, long bytesMax = ReceiveBytesMaxDefault)
    {
        ArgumentNullException.ThrowIfNull(announced);
        return new SnapshotReceiver(this, announced, NewTemporary(announced), bytesMax);
    }

    /// <summary>Removes all but the newest of those before an index, oldest first.</summary>
    /// <param name="before">From here on all stay: the snapshot that the log names, and those about to be installed.</param>
    /// <param name="keep">Number of the others that stay.</param>
    /// <returns>How many were removed.</returns>
    public int DeleteOlder(ulong before, int keep)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(keep);
        return Delete([.. Names().Where(item => item.Index < before).OrderBy(item => item.Index).SkipLast(keep)]);
    }

    /// <summary>Removes the snapshots up to an index, for a node whose state is durable elsewhere.</summary>
    /// <returns>How many were removed.</returns>
    public int DeleteUpTo(ulong index) => Delete([.. Names().Where(item => item.Index <= index).OrderBy(item => item.Index)]);

    /// <summary>Throws when the disk has less free space than that (75), since the log would be next to fill the disk.</summary>
    internal void RequireRoom(long bytes)
    {
        if (Disk.FreeBytes(_directory) is var free && free < bytes)
        {
            throw new StorageException(ExitCodes.DiskFull, $"{free} bytes are free under {_directory}, and a snapshot that is received must leave {bytes}");
        }
    }

    internal SnapshotFile Adopt(string temporary, SnapshotMetadata announced, Func<SnapshotFile, string?>? refusal)
    {
        var found = SnapshotVerification.Run(Disk, temporary, _clusterId);
        if (found.Metadata.Index != announced.Index || found.Metadata.Term != announced.Term)
        {
            throw new SnapshotCorruptException(
                temporary,
                $"it is of index {found.Metadata.Index}, term {found.Metadata.Term}; announced was index {announced.Index}, term {announced.Term}");
        }

        if (refusal?.Invoke(found) is { } why)
        {
            throw new SnapshotCorruptException(temporary, why);
        }

        return found with { Path = Publish(temporary, found.Metadata) };
    }

    internal void Discard(string temporary)
    {
        if (Disk.FileExists(temporary))
        {
            Disk.Delete(temporary);
        }
    }

    private int Delete(Item[] items)
    {
        foreach (var item in items)
        {
            Disk.Delete(item.Path);
        }

        if (items.Length > 0)
        {
            Disk.SyncDirectory(_directory);
        }

        return items.Length;
    }

    private string Publish(string temporary, SnapshotMetadata metadata)
    {
        var path = Path.Combine(_directory, SnapshotName.Format(metadata.Term, metadata.Index));
        Disk.Rename(temporary, path);
        Disk.SyncDirectory(_directory);
        return path;
    }

    private SnapshotFile Verify(in Item item)
    {
        var found = SnapshotVerification.Run(Disk, item.Path, _clusterId);
        return found.Metadata.Index == item.Index && found.Metadata.Term == item.Term
            ? found
            : throw new SnapshotCorruptException(item.Path, $"its header says index {found.Metadata.Index}, term {found.Metadata.Term}");
    }

    private string NewTemporary(SnapshotMetadata metadata)
    {
        var number = Interlocked.Increment(ref _temporaries);
        var name = string.Create(
            CultureInfo.InvariantCulture,
            $"{SnapshotName.Format(metadata.Term, metadata.Index)}.{number}{SnapshotFormat.TemporaryExtension}");
        return Path.Combine(_directory, name);
    }

    private List<Item> Names()
    {
        var items = new List<Item>();
        foreach (var name in Disk.List(_directory))
        {
            if (SnapshotName.TryParse(name, out var term, out var index))
            {
                items.Add(new Item(Path.Combine(_directory, name), term, index));
            }
        }

        return items;
    }

    private readonly record struct Item(string Path, ulong Term, ulong Index);
}
