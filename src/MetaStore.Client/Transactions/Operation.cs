using MetaStore.Protocol.Etcd;

namespace MetaStore.Client.Transactions;

/// <summary>An operation of a transaction.</summary>
public static class Operation
{
    /// <summary>Reads one key.</summary>
    public static RequestOp Get(Bytes key) => Get(KeyRange.Single(key));

    /// <summary>Reads a range.</summary>
    /// <param name="range">What to read.</param>
    /// <param name="limit">Maximum number of pairs; 0 for all.</param>
    public static RequestOp Get(KeyRange range, long limit = 0) =>
        new() { RequestRange = new RangeRequest { Key = range.Key, RangeEnd = range.RangeEnd, Limit = limit } };

    /// <summary>Writes a key.</summary>
    /// <param name="key">The key. A transaction may write each key once.</param>
    /// <param name="value">The value.</param>
    /// <param name="lease">Id of the lease to attach; 0 for none.</param>
    public static RequestOp Put(Bytes key, Bytes value, long lease = 0) =>
        new() { RequestPut = new PutRequest { Key = key.Content, Value = value.Content, Lease = lease } };

    /// <summary>Deletes one key.</summary>
    public static RequestOp Delete(Bytes key) => Delete(KeyRange.Single(key));

    /// <summary>Deletes a range.</summary>
    public static RequestOp Delete(KeyRange range) =>
        new() { RequestDeleteRange = new DeleteRangeRequest { Key = range.Key, RangeEnd = range.RangeEnd } };

    /// <summary>Runs a transaction within the transaction.</summary>
    public static RequestOp Txn(Transaction inner) => new() { RequestTxn = inner.ToRequest() };
}
