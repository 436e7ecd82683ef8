using System.Globalization;
using System.Text;
using MetaStore.Protocol.Etcd;
using Google.Protobuf;
using MetaStore.Client.Transactions;
using MetaStore.Protocol.Mvcc;

namespace MetaStore.Client.Ownership;

/// <summary>The queue of keys under a name: the one that was created first owns it. etcd's clients and the servers' Lock and Election services make the same keys.</summary>
/// <remarks>
/// 1. In one transaction, create the own key, if it does not exist yet, and read which key is first. Safe to run twice: the second run
/// finds the key.
/// 2. Wait until every older key is gone, newest first: when that one goes, mostly all others have.
/// 3. Check that the own key still exists: the lease may have ended meanwhile, and then another key is first.
///
/// Source: etcd's concurrency recipes; step 3 after Jepsen's analysis of etcd 3.4.3.
/// </remarks>
internal sealed class LockQueue(KvClient kv, WatchClient watches)
{
    /// <summary>"name/".</summary>
    public static ByteString PrefixOf(Bytes name) => ByteString.CopyFrom([.. name.Content.Span, (byte)'/']);

    /// <summary>The pair that was created first, if any, and the header of the answer.</summary>
    public Task<RangeResponse> FirstAsync(ByteString prefix, CancellationToken cancellation) => kv.RangeAsync(First(prefix), cancellation);

    /// <summary>Enters the queue, or finds the key that the lease has already. Step 1.</summary>
    /// <returns>The own place, and the pair that is first; null when that is the own one.</returns>
    public async Task<(LockTicket Place, KeyValue? Owner)> EnterAsync(Bytes name, Bytes value, long lease, CancellationToken cancellation)
    {
        var prefix = PrefixOf(name);
        Bytes key = ByteString.CopyFrom([.. prefix.Span, .. Encoding.ASCII.GetBytes(lease.ToString("x", CultureInfo.InvariantCulture))]);
        var first = new RequestOp { RequestRange = First(prefix) };
        var request = kv.Txn()
            .When(Condition.Missing(key))
            .Then(Operation.Put(key, value, lease), first)
            .Else(Operation.Get(key), first)
            .ToRequest();
        var answer = await kv.RepeatableTxnAsync(request, cancellation).ConfigureAwait(false);
        var known = answer.Succeeded ? null : answer.Responses[0].ResponseRange.Kvs[0];
        var place = new LockTicket(key.Content, known?.CreateRevision ?? answer.Header.Revision, known, answer.Header);
        var owner = answer.Responses[1].ResponseRange.Kvs[0];
        return (place, owner.CreateRevision == place.CreateRevision ? null : owner);
    }

    /// <summary>Waits until a place is the first. Steps 2 and 3.</summary>
    /// <returns>The place with the header of the last answer, or null when the key is gone.</returns>
    /// <exception cref="BlockedNameException">An older key has no lease.</exception>
    public async Task<LockTicket?> WaitAsync(Bytes name, LockTicket place, CancellationToken cancellation)
    {
        var prefix = PrefixOf(name);
        while (true)
        {
            var last = await kv.RangeAsync(LastBefore(prefix, place.CreateRevision), cancellation).ConfigureAwait(false);
            if (last.Kvs.Count == 0)
            {
                break;
            }

            RefuseEndless(last.Kvs[0]);
            await WaitUntilGoneAsync(last.Kvs[0], last.Header.Revision + 1, cancellation).ConfigureAwait(false);
        }

        var own = await kv.RangeAsync(new RangeRequest { Key = place.Key }, cancellation).ConfigureAwait(false);
        return own.Kvs.Count > 0 && own.Kvs[0].CreateRevision == place.CreateRevision ? place with { Header = own.Header } : null;
    }

    /// <summary>Every owner's key has a lease. A key without one would stay when its owner dies, or belongs to no owner.</summary>
    /// <exception cref="BlockedNameException">The pair has none.</exception>
    public static void RefuseEndless(KeyValue pair)
    {
        if (pair.Lease == 0)
        {
            throw new BlockedNameException(pair.Key);
        }
    }

    /// <summary>Leaves the queue. A key of the same name with another create revision stays.</summary>
    public Task LeaveAsync(LockTicket place, CancellationToken cancellation) =>
        kv.RepeatableTxnAsync(kv.Txn().When(place.IsKept).Then(Operation.Delete(place.Key)).ToRequest(), cancellation);

    /// <summary>Waits for a key to be deleted. Returns, too, when the watch position was compacted: the caller then checks again.</summary>
    private async Task WaitUntilGoneAsync(KeyValue pair, long revision, CancellationToken cancellation)
    {
        var request = new WatchCreateRequest { Key = pair.Key, StartRevision = revision, Filters = { WatchCreateRequest.Types.FilterType.Noput } };
        await foreach (var _ in watches.UntilCompactedAsync(request, cancellation).ConfigureAwait(false))
        {
            return;
        }
    }

    private static RangeRequest First(ByteString prefix) => Ordered(prefix, RangeRequest.Types.SortOrder.Ascend);

    private static RangeRequest LastBefore(ByteString prefix, long createRevision)
    {
        var request = Ordered(prefix, RangeRequest.Types.SortOrder.Descend);
        request.MaxCreateRevision = createRevision - 1;
        return request;
    }

    private static RangeRequest Ordered(ByteString prefix, RangeRequest.Types.SortOrder order) => new()
    {
        Key = prefix,
        RangeEnd = KeyRange.PrefixEnd(prefix),
        SortTarget = RangeRequest.Types.SortTarget.Create,
        SortOrder = order,
        Limit = 1,
    };
}
