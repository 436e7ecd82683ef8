namespace MetaStore.Bolt.Reading;

/// <summary>Walks all buckets of a file, once, and marks every page in use.</summary>
/// <param name="pages">Source of pages.</param>
/// <param name="used">Pages that cannot be in a tree.</param>
/// <param name="visitor">Receives the entries.</param>
/// <param name="cancellation">Checked from time to time.</param>
internal sealed class BoltCheck(PageFile pages, PageSet used, BoltVisitor? visitor, CancellationToken cancellation)
{
    private const int EntriesBetweenChecks = 1024;

    private int _entries;

    /// <exception cref="BoltException">A page is damaged.</exception>
    public void Run()
    {
        var buckets = new BoltCursor(pages, used);
        buckets.Start(pages.Meta.Root, 0);
        while (buckets.MoveNext())
        {
            if (!buckets.IsBucket)
            {
                throw new BoltException(buckets.Page, "the list of buckets contains a value that is no bucket");
            }

            var name = buckets.Key.ToArray();
            visitor?.Invoke(name, default, default);
            Walk(name, BoltFile.Enter(pages, buckets, used), depth: 1);
        }
    }

    private void Walk(byte[] bucket, BoltCursor cursor, int depth)
    {
        while (cursor.MoveNext())
        {
            if (++_entries % EntriesBetweenChecks == 0)
            {
                cancellation.ThrowIfCancellationRequested();
            }

            visitor?.Invoke(bucket, cursor.Key, cursor.IsBucket ? default : cursor.Value);
            if (cursor.IsBucket)
            {
                if (depth == BoltFormat.NestingMax)
                {
                    throw new BoltException(cursor.Page, $"buckets are nested more than {BoltFormat.NestingMax} deep");
                }

                Walk(bucket, BoltFile.Enter(pages, cursor, used), depth + 1);
            }
        }
    }
}
