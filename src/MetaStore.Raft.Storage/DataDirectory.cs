using System.Text;
using MetaStore.IO;
using MetaStore.Raft.Storage.Wal;

namespace MetaStore.Raft.Storage;

/// <summary>A node's data directory, locked and verified to belong to this node.</summary>
/// <remarks>
/// Creation ends with the identity file: lock, folders and the first log segment come before it. A directory with an identity
/// therefore always had a log, and a missing log is lost data, not a new node.
/// </remarks>
public sealed class DataDirectory : IDisposable
{
    /// <summary>Name of the lock file.</summary>
    public const string LockName = "LOCK";

    /// <summary>Name of the identity file.</summary>
    public const string IdentityName = "identity";

    /// <summary>Name of the log's folder.</summary>
    public const string WalName = "wal";

    /// <summary>Name of the snapshots' folder.</summary>
    public const string SnapshotName = "snap";

    /// <summary>Name of the folder of an engine that keeps files.</summary>
    public const string EngineName = "engine";

    /// <summary>File with the reason why no node may start here again; see <see cref="Condemn"/>.</summary>
    public const string CondemnedName = "lost-entries";

    private readonly IDisposable _lock;

    private DataDirectory(string path, IDisk disk, IDisposable held, in DirectoryIdentity identity, bool isNew)
    {
        Path = path;
        Disk = disk;
        _lock = held;
        Identity = identity;
        IsNew = isNew;
        WalOptions = new WalOptions
        {
            Directory = WalPath,
            ClusterId = identity.ClusterId,
            NodeId = identity.NodeId,
            MustExist = true,
            Disk = disk,
        };
    }

    /// <summary>The directory, absolute.</summary>
    public string Path { get; }

    /// <summary>Its file system.</summary>
    public IDisk Disk { get; }

    /// <summary>Its owner.</summary>
    public DirectoryIdentity Identity { get; private set; }

    /// <summary>True when this call created it.</summary>
    public bool IsNew { get; }

    /// <summary>The log's folder.</summary>
    public string WalPath => System.IO.Path.Combine(Path, WalName);

    /// <summary>The snapshots' folder.</summary>
    public string SnapshotPath => System.IO.Path.Combine(Path, SnapshotName);

    /// <summary>The folder of an engine that keeps files.</summary>
    public string EnginePath => System.IO.Path.Combine(Path, EngineName);

    /// <summary>Options to open this directory's log with; change others by <c>with</c>.</summary>
    public WalOptions WalOptions { get; }

    /// <summary>Locks the directory and checks its owner; creates it when it is missing or empty.</summary>
    /// <param name="path">Path. Created with access for the owner only.</param>
    /// <param name="clusterId">Cluster the node belongs to.</param>
    /// <param name="nodeId">The node.</param>
    /// <param name="disk">The file system; default: the operating system's.</param>
    /// <param name="engine">Engine of a new directory. An existing one keeps its own: see <see cref="DirectoryIdentity.Engine"/>.</param>
    /// <exception cref="StorageException">Foreign or incomplete (67), newer (68), locked (73), I/O error (74), disk full (75).</exception>
    public static DataDirectory Open(string path, ulong clusterId, ulong nodeId, IDisk? disk = null, EngineKind engine = EngineKind.Memory)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        disk ??= PhysicalDisk.Instance;
        path = System.IO.Path.TrimEndingDirectorySeparator(System.IO.Path.GetFullPath(path));
        try
        {
            if (!disk.DirectoryExists(path))
            {
                DurableFolder.Create(disk, path);
            }

            var held = TakeLock(disk, path);
            try
            {
                return OpenLocked(disk, path, held, clusterId, nodeId, engine);
            }
            catch
            {
                held.Dispose();
                throw;
            }
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw StorageFailure.FromIo($"data directory {path} cannot be opened", error);
        }
    }

    /// <summary>Reads the owner of a directory without locking it.</summary>
    /// <returns>False when it has no identity yet.</returns>
    /// <exception cref="StorageException">The identity file is damaged (67) or newer (68), or cannot be read (74).</exception>
    public static bool TryReadIdentity(string path, out DirectoryIdentity identity, IDisk? disk = null)
    {
        disk ??= PhysicalDisk.Instance;
        var file = System.IO.Path.Combine(path, IdentityName);
        identity = default;
        if (!disk.FileExists(file))
        {
            return false;
        }

        try
        {
            identity = ReadIdentity(disk, file);
            return true;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw StorageFailure.FromIo($"{file} cannot be read", error);
        }
    }

    /// <summary>
    /// Records that another engine holds the state from now on. The last step of a conversion: the new state is durable before.
    /// </summary>
    public void ChangeEngine(EngineKind engine)
    {
        var changed = DirectoryIdentity.Create(Identity.ClusterId, Identity.NodeId, Identity.Nonce, engine);
        try
        {
            DirectoryCreation.WriteIdentity(Disk, Path, changed);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw StorageFailure.FromIo($"identity of {Path} cannot be replaced", error);
        }

        Identity = changed;
    }

    /// <summary>
    /// Records why no node may start on this directory again; durable when this returns. Every later <see cref="Open"/> reports
    /// it (65).
    /// </summary>
    public void Condemn(string reason)
    {
        try
        {
            var file = System.IO.Path.Combine(Path, CondemnedName);
            using (var mark = Disk.Open(file, DiskOpenMode.Create))
            {
                mark.Write(0, Encoding.UTF8.GetBytes(reason + "\n"));
                mark.FullSync();
            }

            Disk.SyncDirectory(Path);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw StorageFailure.FromIo($"{Path} cannot be marked as lost", error);
        }
    }

    /// <summary>Releases the lock.</summary>
    public void Dispose() => _lock.Dispose();

    private static DataDirectory OpenLocked(IDisk disk, string path, IDisposable held, ulong clusterId, ulong nodeId, EngineKind engine)
    {
        var file = System.IO.Path.Combine(path, IdentityName);
        if (!disk.FileExists(file))
        {
            var made = DirectoryCreation.Run(disk, path, clusterId, nodeId, engine);
            return new DataDirectory(path, disk, held, made, isNew: true);
        }

        var identity = ReadIdentity(disk, file);
        if (identity.ClusterId != clusterId || identity.NodeId != nodeId)
        {
            throw new StorageException(
                ExitCodes.ForeignDirectory,
                $"data directory {path} belongs to node {identity.NodeId:x} of cluster {identity.ClusterId:x}, "
                + $"but this is node {nodeId:x} of cluster {clusterId:x}. Give this node its own directory.");
        }

        var mark = System.IO.Path.Combine(path, CondemnedName);
        if (disk.FileExists(mark))
        {
            throw new StorageException(ExitCodes.WalCorrupt, $"data directory {path}: {ReadText(disk, mark)}. That was found at an earlier start and stands in {mark}.");
        }

        foreach (var name in (ReadOnlySpan<string>)[WalName, SnapshotName])
        {
            var folder = System.IO.Path.Combine(path, name);
            if (!disk.DirectoryExists(folder))
            {
                throw new StorageException(
                    ExitCodes.ForeignDirectory, $"data directory {path} is incomplete: {folder} is missing. Restore it or let this node rejoin.");
            }
        }

        return new DataDirectory(path, disk, held, identity, isNew: false);
    }

    private static string ReadText(IDisk disk, string path)
    {
        var bytes = new byte[1024];
        using var file = disk.Open(path, DiskOpenMode.Read);
        return Encoding.UTF8.GetString(bytes.AsSpan(0, file.Read(0, bytes))).TrimEnd();
    }

    private static IDisposable TakeLock(IDisk disk, string path)
    {
        var file = System.IO.Path.Combine(path, LockName);
        try
        {
            return disk.Lock(file);
        }
        catch (IOException error) when (StorageFailure.IsSharingViolation(error))
        {
            throw new StorageException(
                ExitCodes.DirectoryLocked, $"data directory {path} is in use: another process holds {file}.", error);
        }
    }

    private static DirectoryIdentity ReadIdentity(IDisk disk, string path)
    {
        var bytes = new byte[DirectoryIdentity.Bytes + 1];
        using var file = disk.Open(path, DiskOpenMode.Read);
        if (!DirectoryIdentity.TryDecode(bytes.AsSpan(0, file.Read(0, bytes)), out var identity))
        {
            throw new StorageException(
                ExitCodes.ForeignDirectory, $"identity file {path} is damaged. Restore it or let this node rejoin with an empty directory.");
        }

        return identity.FormatVersion > DirectoryIdentity.CurrentVersion
            ? throw new StorageException(
                ExitCodes.NewerFormat,
                $"identity file {path} has format {identity.FormatVersion}; this version reads up to {DirectoryIdentity.CurrentVersion}.")
            : identity;
    }
}
