using System.Buffers.Binary;
using MetaStore.Engines;

namespace MetaStore.StateMachine.Leases;

/// <summary>
/// Value of a lease in its bucket: format (1 byte), granted seconds (8 bytes, big-endian); in format 2 recorded seconds and epoch (8 bytes
/// each) as well. Format 1 means that nothing was ever recorded. Keys are found in the key-value records.
/// </summary>
internal static class LeaseCodec
{
    private const byte Granted = 1;
    private const byte Recorded = 2;
    private const int GrantedSize = 9;
    private const int RecordedSize = 25;

    public static byte[] Encode(Lease lease)
    {
        bool isRecorded = lease.Checkpoint != 0 || lease.Epoch != 0;
        var bytes = new byte[isRecorded ? RecordedSize : GrantedSize];
        bytes[0] = isRecorded ? Recorded : Granted;
        BinaryPrimitives.WriteInt64BigEndian(bytes.AsSpan(1), lease.Ttl);
        if (isRecorded)
        {
            BinaryPrimitives.WriteInt64BigEndian(bytes.AsSpan(9), lease.Checkpoint);
            BinaryPrimitives.WriteUInt64BigEndian(bytes.AsSpan(17), lease.Epoch);
        }

        return bytes;
    }

    public static Lease Decode(ReadOnlySpan<byte> key, ReadOnlySpan<byte> value)
    {
        bool isRecorded = value.Length == RecordedSize && value[0] == Recorded;
        if (key.Length != 8 || !(isRecorded || (value.Length == GrantedSize && value[0] == Granted)))
        {
            throw new EngineException("A lease record has the wrong length or an unknown format.");
        }

        return new Lease(BinaryPrimitives.ReadInt64BigEndian(key), BinaryPrimitives.ReadInt64BigEndian(value[1..]))
        {
            Checkpoint = isRecorded ? BinaryPrimitives.ReadInt64BigEndian(value[9..]) : 0,
            Epoch = isRecorded ? BinaryPrimitives.ReadUInt64BigEndian(value[17..]) : 0,
        };
    }
}
