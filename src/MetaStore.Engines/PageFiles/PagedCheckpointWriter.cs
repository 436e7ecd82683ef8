using MetaStore.Engines.Checkpoints;
using MetaStore.Engines.Memory;
using MetaStore.Engines.Paged;

namespace MetaStore.Engines.PageFiles;

/// <summary>Writes a version as the names of its pages, and everything that is in no page file as a checkpoint.</summary>
internal static class PagedCheckpointWriter
{
    internal static void Write(MemoryVersion version, Stream target, CancellationToken cancellation)
    {
        List<PageView> pages = [.. version.Revisions.Pages()];
        PageTable.Of(pages).WriteTo(target);
        var writer = new CheckpointWriter(target);
        foreach (var bucket in Enum.GetValues<Bucket>())
        {
            if (bucket == Bucket.Revisions)
            {
                WriteRevisions(pages, writer, cancellation);
                continue;
            }

            using var cursor = version.Seek(bucket, [], [], descending: false);
            while (cursor.MoveNext())
            {
                writer.Add(bucket, cursor.Key.Span, cursor.Value.Span, cancellation);
            }
        }

        writer.Complete();
    }

    private static void WriteRevisions(List<PageView> pages, CheckpointWriter writer, CancellationToken cancellation)
    {
        var key = new byte[64];
        foreach (var view in pages)
        {
            if (view.IsFull && view.Page.Stored is not null)
            {
                continue;
            }

            for (var index = 0; index < view.Count; index++)
            {
                if (!view.IsDeleted(index))
                {
                    var length = view.Page.CopyKey(index, ref key);
                    writer.Add(Bucket.Revisions, key.AsSpan(0, length), view.Page.ValueOf(index).Span, cancellation);
                }
            }
        }
    }
}
