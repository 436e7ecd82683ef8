using MetaStore.IO;

namespace MetaStore.Raft.Storage;

/// <summary>Creates folders that a power cut does not take.</summary>
internal static class DurableFolder
{
    /// <summary>Creates a folder, with the parents that are missing, unless it exists. The name of each new one is durable when this returns.</summary>
    /// <param name="disk">Where.</param>
    /// <param name="path">Absolute.</param>
    /// <exception cref="IOException">One cannot be created or synced.</exception>
    internal static void Create(IDisk disk, string path)
    {
        List<string> parents = [];
        for (var parent = Path.GetDirectoryName(path); parent is not null; parent = Path.GetDirectoryName(parent))
        {
            parents.Add(parent);
            if (disk.DirectoryExists(parent))
            {
                break;
            }
        }

        disk.CreateDirectory(path);
        for (var i = parents.Count - 1; i >= 0; i--)
        {
            disk.SyncDirectory(parents[i]);
        }
    }
}
