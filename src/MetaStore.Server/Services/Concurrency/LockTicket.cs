using MetaStore.Protocol.Etcd;
using Google.Protobuf;
using MetaStore.Protocol.Mvcc;

namespace MetaStore.Server.Services.Concurrency;

/// <summary>The first place in a queue.</summary>
/// <param name="Key">The caller's key.</param>
/// <param name="CreateRevision">Its creation revision: the fencing token.</param>
/// <param name="Known">The pair that the caller's lease already had; null when the key is new.</param>
/// <param name="Header">Header of the last response.</param>
internal sealed record LockTicket(ByteString Key, long CreateRevision, KeyValue? Known, ResponseHeader Header);
