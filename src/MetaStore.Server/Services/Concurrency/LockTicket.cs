using MetaStore.Protocol.Etcd;
using Google.Protobuf;
using MetaStore.Protocol.Mvcc;

namespace MetaStore.Server.Services.Concurrency;

/// <summary>The first place in a queue.</summary>
/// <param name="Key">The caller's key.</param>
/// <param name="CreateRevision">When it was created: the fencing token.</param>
/// <param name="Known">The pair that the caller's lease had there before; null when it is new.</param>
/// <param name="Header">Of the last answer.</param>
internal sealed record LockTicket(ByteString Key, long CreateRevision, KeyValue? Known, ResponseHeader Header);
