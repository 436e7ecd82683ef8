using MetaStore.Engines;
using MetaStore.IO;
using MetaStore.Raft.Storage.Snapshots;
using MetaStore.Server.Observability.Logging;

namespace MetaStore.Server.LogCompaction;

/// <summary>Deletes the page files that no snapshot names and the state in memory does not need.</summary>
/// <remarks>Thread: that of the snapshots, since a page file that was just written is named by none.</remarks>
internal static class PageFileDeletion
{
    /// <summary>No effect with an engine that has none. A failure only uses space; it is logged, and the next snapshot tries again.</summary>
    public static void Run(IStorageEngine engine, SnapshotStore store, ServerLog log)
    {
        if (engine is not IPageFilesEngine { HasPageFiles: true } pages)
        {
            return;
        }

        try
        {
            var named = new HashSet<ulong>();
            foreach (Stream body in store.OpenBodies(SnapshotBody.Pages))
            {
                using (body)
                {
                    named.UnionWith(pages.PageFilesOf(body));
                }
            }

            pages.DeletePageFiles(named);
        }
        catch (Exception failed) when (failed is IOException or UnauthorizedAccessException or EngineException or StorageException)
        {
            // A snapshot that cannot be read may name any of them.
            log.PageFilesKept(failed.Message);
        }
    }
}
