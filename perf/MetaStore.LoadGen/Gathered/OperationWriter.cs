using System.Buffers;
using System.Buffers.Binary;
using System.Runtime.InteropServices;
using MetaStore.LoadGen.Http2.Frames;

namespace MetaStore.LoadGen.Gathered;

/// <summary>Collects operations into one message of metastore.v1.Operations/Run, with its gRPC prefix; nothing is allocated per operation.</summary>
internal sealed class OperationWriter
{
    /// <summary>OperationsRequest.operations, length-delimited.</summary>
    private const byte OperationTag = (1 << 3) | 2;
    private const byte IdTag = 1 << 3;

    private readonly ArrayBufferWriter<byte> _bytes = new();

    public OperationWriter() => Clear();

    /// <summary>Operations in the message.</summary>
    public int Count { get; private set; }

    /// <summary>Begins a new message.</summary>
    public void Clear()
    {
        _bytes.ResetWrittenCount();
        _bytes.GetSpan(GrpcFrame.PrefixBytes)[..GrpcFrame.PrefixBytes].Clear();
        _bytes.Advance(GrpcFrame.PrefixBytes);
        Count = 0;
    }

    /// <summary>Adds an operation.</summary>
    /// <param name="id">Returned with the result.</param>
    /// <param name="path">Method of etcdserverpb.KV with the same request.</param>
    /// <param name="request">Encoded; copied.</param>
    /// <exception cref="ArgumentException">The method is none of an operation.</exception>
    public void Add(uint id, string path, ReadOnlySpan<byte> request)
    {
        int length = 1 + VarintBytes(id) + 1 + VarintBytes((uint)request.Length) + request.Length;
        Span<byte> target = _bytes.GetSpan(1 + VarintBytes((uint)length) + length);
        int at = 0;
        target[at++] = OperationTag;
        at += Varint(target[at..], (uint)length);
        target[at++] = IdTag;
        at += Varint(target[at..], id);
        target[at++] = (byte)((FieldOf(path) << 3) | 2);
        at += Varint(target[at..], (uint)request.Length);
        request.CopyTo(target[at..]);
        _bytes.Advance(at + request.Length);
        Count++;
    }

    /// <summary>The message with its prefix; valid until the next change.</summary>
    public ReadOnlyMemory<byte> Message()
    {
        ReadOnlyMemory<byte> message = _bytes.WrittenMemory;
        Span<byte> prefix = MemoryMarshal.AsMemory(message).Span;
        BinaryPrimitives.WriteInt32BigEndian(prefix[1..], message.Length - GrpcFrame.PrefixBytes);
        return message;
    }

    /// <summary>Field of KvOperation.</summary>
    private static int FieldOf(string path) => path switch
    {
        "/etcdserverpb.KV/Range" => 3,
        "/etcdserverpb.KV/Put" => 4,
        "/etcdserverpb.KV/Txn" => 6,
        _ => throw new ArgumentException($"{path} cannot be an operation of a stream", nameof(path)),
    };

    private static int VarintBytes(uint value) => value < 1u << 7 ? 1 : value < 1u << 14 ? 2 : value < 1u << 21 ? 3 : value < 1u << 28 ? 4 : 5;

    private static int Varint(Span<byte> target, uint value)
    {
        int at = 0;
        for (; value >= 0x80; value >>= 7)
        {
            target[at++] = (byte)(value | 0x80);
        }

        target[at++] = (byte)value;
        return at;
    }
}
