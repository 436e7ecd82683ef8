using System.Runtime.CompilerServices;
using MetaStore.Protocol.Etcd;
using Google.Protobuf;
using MetaStore.Protocol.Mvcc;

namespace MetaStore.Client.Kv;

/// <summary>
/// Reads a range in pages: all at the revision of the first answer, each starting right after the last key of the one before.
/// </summary>
internal static class RangePages
{
    public static async IAsyncEnumerable<KeyValue> ReadAsync(
        KvClient kv, KeyRange range, ScanOptions options, [EnumeratorCancellation] CancellationToken cancellation)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(options.PageSize, 1);
        var request = new RangeRequest
        {
            Key = range.Key,
            RangeEnd = range.RangeEnd,
            Limit = options.PageSize,
            Revision = options.Revision,
            KeysOnly = options.KeysOnly,
            Serializable = options.Serializable,
        };
        while (true)
        {
            var page = await kv.RangeAsync(request, cancellation).ConfigureAwait(false);
            foreach (var pair in page.Kvs)
            {
                yield return pair;
            }

            if (!page.More || page.Kvs.Count == 0)
            {
                yield break;
            }

            request.Key = KeyAfter(page.Kvs[^1].Key);
            if (request.Revision == 0)
            {
                request.Revision = page.Header.Revision;
            }
        }
    }

    /// <summary>The next greater key.</summary>
    private static ByteString KeyAfter(ByteString key) => ByteString.CopyFrom([.. key.Span, 0]);
}
