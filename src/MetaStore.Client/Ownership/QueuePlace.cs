using MetaStore.Protocol.Etcd;
using Google.Protobuf;
using MetaStore.Client.Transactions;
using MetaStore.Protocol.Mvcc;

namespace MetaStore.Client.Ownership;

/// <summary>A place in the queue of a name.</summary>
/// <param name="Key">"name/" and the lease in hexadecimal, lower case, without padding.</param>
/// <param name="CreateRevision">When it was taken. Grows from owner to owner: the fencing token.</param>
/// <param name="Known">The pair that the lease had there before; null when the place is new.</param>
/// <param name="Header">Of the last answer.</param>
internal sealed record QueuePlace(ByteString Key, long CreateRevision, KeyValue? Known, ResponseHeader Header)
{
    /// <summary>Holds as long as the place is kept.</summary>
    public Compare IsKept => Condition.CreateRevision(Key) == CreateRevision;
}
