using System.Buffers.Binary;
using Google.Protobuf;
using MetaStore.Protocol.Mvcc;

namespace MetaStore.Crashes.Tests.Model;

/// <summary>One change as in etcd's store: a put with all its versions, or a tombstone.</summary>
internal sealed record ModelRecord(
    long Main, int Sub, string Key, string Value, long Create, long Version, long Lease, bool IsTombstone)
{
    /// <summary>The store's key: revision, '_', place within it, 't' for a tombstone.</summary>
    public byte[] StoredKey
    {
        get
        {
            var key = new byte[IsTombstone ? 18 : 17];
            BinaryPrimitives.WriteInt64BigEndian(key, Main);
            key[8] = (byte)'_';
            BinaryPrimitives.WriteInt64BigEndian(key.AsSpan(9), Sub);
            if (IsTombstone)
            {
                key[17] = (byte)'t';
            }

            return key;
        }
    }

    /// <summary>The store's value, encoded with protobuf's encoder, not the product's.</summary>
    public byte[] StoredValue => (IsTombstone ? new KeyValue { Key = ByteString.CopyFromUtf8(Key) } : Pair).ToByteArray();

    /// <summary>The pair as returned to a client.</summary>
    public KeyValue Pair => new()
    {
        Key = ByteString.CopyFromUtf8(Key),
        Value = ByteString.CopyFromUtf8(Value),
        CreateRevision = Create,
        ModRevision = Main,
        Version = Version,
        Lease = Lease,
    };

    /// <summary>The event as sent to a watcher. A delete has the key and its revision only.</summary>
    public Event Event => IsTombstone
        ? new Event { Type = Event.Types.EventType.Delete, Kv = new KeyValue { Key = ByteString.CopyFromUtf8(Key), ModRevision = Main } }
        : new Event { Type = Event.Types.EventType.Put, Kv = Pair };
}
