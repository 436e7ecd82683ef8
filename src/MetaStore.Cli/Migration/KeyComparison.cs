using System.Runtime.CompilerServices;
using MetaStore.Client;
using MetaStore.Client.Kv;
using MetaStore.Protocol.Mvcc;

namespace MetaStore.Cli.Migration;

/// <summary>Compares all keys of two clusters by one walk over both, in the order of the keys. One page of each is in memory.</summary>
/// <param name="source">The cluster that is right.</param>
/// <param name="target">The cluster that is compared with it.</param>
internal sealed class KeyComparison(MetaStoreClient source, MetaStoreClient target)
{
    private const int PageKeys = 250;

    /// <summary>Keys of the source that were compared.</summary>
    public long Compared { get; private set; }

    /// <summary>All keys that differ in value or lease, or are in one of them only.</summary>
    /// <param name="revision">Of the source; the target is read as it is.</param>
    /// <param name="cancellation">Ends the walk.</param>
    public async IAsyncEnumerable<KeyDifference> RunAsync(long revision, [EnumeratorCancellation] CancellationToken cancellation)
    {
        var options = new ScanOptions { PageSize = PageKeys };
        await using var left = source.Kv.ScanAsync(KeyRange.All, options with { Revision = revision }, cancellation).GetAsyncEnumerator(cancellation);
        await using var right = target.Kv.ScanAsync(KeyRange.All, options, cancellation).GetAsyncEnumerator(cancellation);
        var (hasLeft, hasRight) = (await left.MoveNextAsync(), await right.MoveNextAsync());
        while (hasLeft || hasRight)
        {
            var order = !hasLeft ? 1 : !hasRight ? -1 : left.Current.Key.Span.SequenceCompareTo(right.Current.Key.Span);
            if (order > 0)
            {
                yield return new KeyDifference(right.Current.Key, Source: null);
                hasRight = await right.MoveNextAsync();
                continue;
            }

            if (order < 0 || !AreAlike(left.Current, right.Current))
            {
                yield return new KeyDifference(left.Current.Key, left.Current);
            }

            Compared++;
            hasLeft = await left.MoveNextAsync();
            hasRight = order == 0 ? await right.MoveNextAsync() : hasRight;
        }
    }

    private static bool AreAlike(KeyValue source, KeyValue target) => source.Lease == target.Lease && source.Value.Equals(target.Value);
}
