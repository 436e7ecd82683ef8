using MetaStore.Engines;
using MetaStore.StateMachine.Commands.Codec;

namespace MetaStore.StateMachine.Mvcc.Records;

/// <summary>Reads and writes records as protobuf mvccpb.KeyValue, by hand: fields in number order, zeros and empties left out.</summary>
/// <remarks>Fields: 1 key, 2 create_revision, 3 mod_revision, 4 version, 5 value, 6 lease. A tombstone carries key and nothing else.</remarks>
internal static class KeyValueCodec
{
    private const byte KeyTag = (1 << 3) | 2;
    private const byte CreateTag = 2 << 3;
    private const byte ModTag = 3 << 3;
    private const byte VersionTag = 4 << 3;
    private const byte ValueTag = (5 << 3) | 2;
    private const byte LeaseTag = 6 << 3;

    /// <summary>Encodes into an array of exactly the right length.</summary>
    public static byte[] Encode(ReadOnlySpan<byte> key, long create, long mod, long version, ReadOnlySpan<byte> value, long lease)
    {
        var size = BytesSize(key.Length) + NumberSize(create) + NumberSize(mod) + NumberSize(version) + BytesSize(value.Length)
            + NumberSize(lease);
        var target = GC.AllocateUninitializedArray<byte>(size);
        var position = WriteBytes(target, 0, KeyTag, key);
        position = WriteNumber(target, position, CreateTag, create);
        position = WriteNumber(target, position, ModTag, mod);
        position = WriteNumber(target, position, VersionTag, version);
        position = WriteBytes(target, position, ValueTag, value);
        WriteNumber(target, position, LeaseTag, lease);
        return target;
    }

    /// <summary>Encodes a tombstone.</summary>
    public static byte[] EncodeTombstone(ReadOnlySpan<byte> key) => Encode(key, 0, 0, 0, default, 0);

    /// <summary>The key alone, which is always the first field.</summary>
    /// <exception cref="EngineException">Not a record.</exception>
    public static ReadOnlySpan<byte> KeyOf(ReadOnlySpan<byte> record)
    {
        var position = 1;
        if (record.IsEmpty || record[0] != KeyTag)
        {
            throw Damaged();
        }

        var length = Varint(record, ref position);
        return length <= (ulong)(record.Length - position) ? record.Slice(position, (int)length) : throw Damaged();
    }

    /// <summary>Decodes; key and value are slices of <paramref name="record"/>.</summary>
    /// <exception cref="EngineException">The engine returned something that is not a record.</exception>
    public static KeyValue Decode(ReadOnlyMemory<byte> record)
    {
        var span = record.Span;
        var position = 0;
        ReadOnlyMemory<byte> key = default, value = default;
        long create = 0, mod = 0, version = 0, lease = 0;
        while (position < span.Length)
        {
            var tag = span[position++];
            var number = Varint(span, ref position);
            switch (tag)
            {
                case KeyTag:
                    key = Slice(record, ref position, number);
                    break;
                case CreateTag:
                    create = (long)number;
                    break;
                case ModTag:
                    mod = (long)number;
                    break;
                case VersionTag:
                    version = (long)number;
                    break;
                case ValueTag:
                    value = Slice(record, ref position, number);
                    break;
                case LeaseTag:
                    lease = (long)number;
                    break;
                default:
                    throw Damaged();
            }
        }

        return new KeyValue
        {
            Key = key,
            CreateRevision = create,
            ModRevision = mod,
            Version = version,
            Value = value,
            Lease = lease,
            Encoded = record,
        };
    }

    private static int BytesSize(int length) => length == 0 ? 0 : 1 + CommandFormat.VarintSize((ulong)length) + length;

    private static int NumberSize(long value) => value == 0 ? 0 : 1 + CommandFormat.VarintSize((ulong)value);

    private static int WriteBytes(Span<byte> target, int position, byte tag, ReadOnlySpan<byte> value)
    {
        if (value.IsEmpty)
        {
            return position;
        }

        target[position++] = tag;
        position = WriteVarint(target, position, (ulong)value.Length);
        value.CopyTo(target[position..]);
        return position + value.Length;
    }

    private static int WriteNumber(Span<byte> target, int position, byte tag, long value)
    {
        if (value == 0)
        {
            return position;
        }

        target[position++] = tag;
        return WriteVarint(target, position, (ulong)value);
    }

    private static int WriteVarint(Span<byte> target, int position, ulong value)
    {
        while (value >= 0x80)
        {
            target[position++] = (byte)(value | 0x80);
            value >>= 7;
        }

        target[position++] = (byte)value;
        return position;
    }

    private static ulong Varint(ReadOnlySpan<byte> span, ref int position)
    {
        ulong value = 0;
        for (var shift = 0; shift < 64 && position < span.Length; shift += 7)
        {
            var next = span[position++];
            value |= (ulong)(next & 0x7f) << shift;
            if (next < 0x80)
            {
                return value;
            }
        }

        throw Damaged();
    }

    private static ReadOnlyMemory<byte> Slice(ReadOnlyMemory<byte> record, ref int position, ulong length)
    {
        if (length > (ulong)(record.Length - position))
        {
            throw Damaged();
        }

        var slice = record.Slice(position, (int)length);
        position += (int)length;
        return slice;
    }

    private static EngineException Damaged() => new("A record in the bucket of revisions is not an encoded key-value pair.");
}
