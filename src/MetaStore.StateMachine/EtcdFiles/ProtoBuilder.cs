using System.Buffers;
using System.Text;

namespace MetaStore.StateMachine.EtcdFiles;

/// <summary>Writes the fields of a protobuf message as etcd does: in the order of their numbers, zeros and empty texts left out.</summary>
internal sealed class ProtoBuilder
{
    private readonly ArrayBufferWriter<byte> _bytes = new();

    public ProtoBuilder Number(int field, ulong value)
    {
        if (value != 0)
        {
            Varint((ulong)field << 3);
            Varint(value);
        }

        return this;
    }

    public ProtoBuilder Bytes(int field, ReadOnlySpan<byte> value)
    {
        if (!value.IsEmpty)
        {
            Message(field, value);
        }

        return this;
    }

    public ProtoBuilder Text(int field, string value) => Bytes(field, Encoding.UTF8.GetBytes(value));

    /// <summary>A message in the message, or an element of a list of texts: written even when it is empty.</summary>
    public ProtoBuilder Message(int field, ReadOnlySpan<byte> value)
    {
        Varint(((ulong)field << 3) | 2);
        Varint((ulong)value.Length);
        _bytes.Write(value);
        return this;
    }

    public byte[] ToArray() => _bytes.WrittenSpan.ToArray();

    private void Varint(ulong value)
    {
        for (; value >= 0x80; value >>= 7)
        {
            _bytes.Write([(byte)(value | 0x80)]);
        }

        _bytes.Write([(byte)value]);
    }
}
