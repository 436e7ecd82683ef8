using System.Buffers.Binary;
using MetaStore.StateMachine.Leases;

namespace MetaStore.StateMachine.EtcdFiles;

/// <summary>Leases as etcd stores them. Source: etcd leasepb.Lease.</summary>
internal static class EtcdLeases
{
    public static byte[] Encode(Lease lease) =>
        new ProtoBuilder().Number(1, (ulong)lease.Id).Number(2, (ulong)lease.Ttl).Number(3, (ulong)lease.Checkpoint).ToArray();

    /// <exception cref="EtcdFileException">The record is not a lease.</exception>
    public static Lease Decode(ReadOnlySpan<byte> key, ReadOnlySpan<byte> value)
    {
        var fields = new ProtoFields(value);
        long id = 0, ttl = 0, remaining = 0;
        while (fields.MoveNext())
        {
            switch (fields.Field)
            {
                case 1:
                    id = (long)fields.Number;
                    break;
                case 2:
                    ttl = (long)fields.Number;
                    break;
                case 3:
                    remaining = (long)fields.Number;
                    break;
            }
        }

        var isLease = fields.IsWhole && key.Length == sizeof(long) && id != 0 && id == BinaryPrimitives.ReadInt64BigEndian(key)
            && ttl is > 0 and <= Lessor.TtlMax && remaining >= 0;
        return isLease
            ? new Lease(id, ttl) { Checkpoint = Math.Min(remaining, ttl) }
            : throw new EtcdFileException(EtcdNames.Lease, key, "the record is not a lease of this ID");
    }
}
