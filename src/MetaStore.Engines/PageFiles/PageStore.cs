using MetaStore.Engines.Paged;

namespace MetaStore.Engines.PageFiles;

/// <summary>Decides which pages of a version are written to files.</summary>
internal static class PageStore
{
    /// <summary>A file of which less than one in so many bytes is still used is written again, without the rest.</summary>
    private const int UsedShare = 2;

    /// <summary>Writes the full pages that are in memory only, when they have enough bytes together.</summary>
    /// <param name="folder">Where to.</param>
    /// <param name="views">The pages of a version, in key order.</param>
    /// <param name="beforeCheckpoint">
    /// Whether fewer bytes are enough, pages of files that are mostly unused are written again, so that those files can be deleted, and
    /// files that hold no page of the version are given up.
    /// </param>
    /// <param name="cancellation">Checked once per page.</param>
    /// <returns>Whether a page of the version is in a file.</returns>
    /// <exception cref="IOException">The disk refused; pages that are not in a complete file stay in memory.</exception>
    internal static bool Store(PageFolder folder, IReadOnlyList<PageView> views, bool beforeCheckpoint, CancellationToken cancellation)
    {
        var used = new Dictionary<StoredFile, long>();
        foreach (var view in views)
        {
            if (view.Page.Stored is { } stored)
            {
                used[stored.File] = used.GetValueOrDefault(stored.File) + stored.RecordBytes;
            }
        }

        var pages = new List<Page>();
        var bytes = 0L;
        foreach (var view in views)
        {
            var stored = view.Page.Stored;
            if (view.IsFull && (stored is null || (beforeCheckpoint && used[stored.File] < stored.File.Bytes / UsedShare)))
            {
                pages.Add(view.Page);
                bytes += view.Page.ImageBytes;
            }
        }

        if (beforeCheckpoint)
        {
            folder.Early.Learn(used);
        }

        if (pages.Count > 0 && bytes >= (beforeCheckpoint ? folder.Settings.FileBytesMin : folder.Early.BytesMin))
        {
            var written = PageFileWriter.Write(folder, pages, cancellation);
            folder.Early.Add(beforeCheckpoint ? [] : written);
        }

        var files = PageTable.Of(views).Files;
        if (beforeCheckpoint)
        {
            folder.UseOnly(files);
        }

        return files.Count > 0;
    }
}
