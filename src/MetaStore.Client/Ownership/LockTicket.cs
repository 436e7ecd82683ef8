using MetaStore.Protocol.Etcd;
using Google.Protobuf;
using MetaStore.Client.Transactions;
using MetaStore.Protocol.Mvcc;

namespace MetaStore.Client.Ownership;

/// <summary>A key in the queue of a name.</summary>
/// <param name="Key">"name/" and the lease in hexadecimal, lower case, without padding.</param>
/// <param name="CreateRevision">Its create revision. Grows from owner to owner: the fencing token.</param>
/// <param name="Existing">The pair that the lease had there before; null when the key is new.</param>
/// <param name="Header">Of the last answer.</param>
internal sealed record LockTicket(ByteString Key, long CreateRevision, KeyValue? Existing, ResponseHeader Header)
{
    /// <summary>Holds as long as the key exists.</summary>
    public Compare IsKept => Condition.CreateRevision(Key) == CreateRevision;
}
