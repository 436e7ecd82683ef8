using Google.Protobuf;
using Grpc.Core;
using MetaStore.Protocol.Etcd;
using MetaStore.Protocol.Mvcc;
using MetaStore.Server.Observability.Logging;

namespace MetaStore.Server.Services.Concurrency;

/// <summary>The queue of keys under a name: the owner of the oldest key owns the name. Client libraries create the same keys and wait the same way.</summary>
/// <remarks>A key is "name/" and the lease ID in hexadecimal without padding; it is deleted with its lease. Source: etcd's concurrency recipes.</remarks>
internal sealed class LockQueue(IQueueStore calls, ServerLog log)
{
    /// <summary>The same queues over another store.</summary>
    public LockQueue Over(IQueueStore other) => new(other, log);

    /// <summary>Adds the caller's key, or finds the one that its lease already has, and waits until it is the first.</summary>
    /// <returns>The caller's key, its previous pair if it existed, and the header of the last response.</returns>
    public async Task<LockTicket> EnterAsync(ByteString name, ByteString value, long lease, CancellationToken stop)
    {
        ByteString prefix = PrefixOf(name);
        ByteString key = prefix.ConcatHex(lease);
        TxnResponse txn = await calls.TxnAsync(Enter(prefix, key, value, lease), stop);
        KeyValue? known = txn.Succeeded ? null : txn.Responses[0].ResponseRange.Kvs[0];
        long revision = known?.CreateRevision ?? txn.Header.Revision;
        RangeResponse first = txn.Responses[1].ResponseRange;
        ResponseHeader header = txn.Header;
        if (first.Kvs.Count > 0 && first.Kvs[0].CreateRevision != revision)
        {
            try
            {
                await WaitAsync(prefix, revision - 1, stop);
                RangeResponse own = await calls.RangeAsync(new RangeRequest { Key = key }, stop);
                header = own.Header;
                if (own.Kvs.Count == 0 || own.Kvs[0].CreateRevision != revision)
                {
                    throw new RpcException(new Status(StatusCode.Unknown, "mutex: session is expired"));
                }
            }
            catch (Exception)
            {
                // After any failure: a key that stays would block all later ones for as long as its lease lives.
                await LeaveAsync(key);
                throw;
            }
        }

        return new LockTicket(key, revision, known, header);
    }

    /// <summary>The oldest pair, or none; with the header of the response.</summary>
    public async Task<RangeResponse> FirstAsync(ByteString name, CancellationToken stop)
    {
        ByteString prefix = PrefixOf(name);
        return await calls.RangeAsync(First(prefix), stop);
    }

    /// <summary>"name/".</summary>
    public static ByteString PrefixOf(ByteString name) => name.Append("/"u8);

    /// <summary>Deletes the caller's key. This may fail for the reason that ended the wait; the caller gets that reason, and the key ends with its lease.</summary>
    private async Task LeaveAsync(ByteString key)
    {
        try
        {
            await calls.DeleteAsync(key, CancellationToken.None);
        }
        catch (RpcException refused)
        {
            log.PlaceNotGivenUp(key.ToStringUtf8(), refused.Status.Detail);
        }
    }

    private static TxnRequest Enter(ByteString prefix, ByteString key, ByteString value, long lease)
    {
        var first = new RequestOp { RequestRange = First(prefix) };
        var txn = new TxnRequest();
        txn.Compare.Add(new Compare { Key = key, Target = Compare.Types.CompareTarget.Create, Result = Compare.Types.CompareResult.Equal, CreateRevision = 0 });
        txn.Success.Add(new RequestOp { RequestPut = new PutRequest { Key = key, Value = value, Lease = lease } });
        txn.Success.Add(first);
        txn.Failure.Add(new RequestOp { RequestRange = new RangeRequest { Key = key } });
        txn.Failure.Add(first);
        return txn;
    }

    private static RangeRequest First(ByteString prefix) => new()
    {
        Key = prefix,
        RangeEnd = prefix.PrefixEnd(),
        SortTarget = RangeRequest.Types.SortTarget.Create,
        SortOrder = RangeRequest.Types.SortOrder.Ascend,
        Limit = 1,
    };

    /// <summary>Waits, newest first, until every key created up to a revision is deleted.</summary>
    private async Task WaitAsync(ByteString prefix, long maxCreateRevision, CancellationToken stop)
    {
        while (true)
        {
            RangeResponse last = await calls.RangeAsync(
                new RangeRequest
                {
                    Key = prefix,
                    RangeEnd = prefix.PrefixEnd(),
                    SortTarget = RangeRequest.Types.SortTarget.Create,
                    SortOrder = RangeRequest.Types.SortOrder.Descend,
                    Limit = 1,
                    MaxCreateRevision = maxCreateRevision,
                },
                stop);
            if (last.Kvs.Count == 0)
            {
                return;
            }

            await calls.DeletedAsync(last.Kvs[0].Key, last.Header.Revision, stop);
        }
    }
}
