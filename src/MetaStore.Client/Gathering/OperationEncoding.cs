using System.Text;
using Google.Protobuf;
using MetaStore.Protocol.V1;

namespace MetaStore.Client.Gathering;

/// <summary>Encodes a call as an element of OperationsRequest.operations.</summary>
internal static class OperationEncoding
{
    /// <summary>Wire type of messages, bytes and text.</summary>
    private const uint Delimited = 2;

    private const uint OperationTag = (OperationsRequest.OperationsFieldNumber << 3) | Delimited;
    private const uint IdTag = KvOperation.IdFieldNumber << 3;
    private const uint TimeoutTag = KvOperation.TimeoutUsFieldNumber << 3;
    private const uint TraceparentTag = (KvOperation.TraceparentFieldNumber << 3) | Delimited;

    /// <summary>Bytes of an operation with its tag and length; <see cref="GatheredCall.RequestBytes"/> must be right.</summary>
    public static int Size(GatheredCall call)
    {
        var content = ContentSize(call);
        return 1 + VarintSize((uint)content) + content;
    }

    /// <summary>Writes an operation and returns its <see cref="Size"/>.</summary>
    public static int Write(GatheredCall call, Span<byte> output)
    {
        var at = Varint(output, 0, OperationTag);
        at = Varint(output, at, (uint)ContentSize(call));
        at = Varint(output, at, IdTag);
        at = Varint(output, at, call.Id);
        if (call.TimeoutUs != 0)
        {
            at = Varint(output, at, TimeoutTag);
            at = Varint(output, at, (ulong)call.TimeoutUs);
        }

        at = Varint(output, at, ((uint)call.Field << 3) | Delimited);
        at = Varint(output, at, (uint)call.RequestBytes);
        call.Request.WriteTo(output.Slice(at, call.RequestBytes));
        at += call.RequestBytes;
        if (call.Traceparent.Length > 0)
        {
            at = Varint(output, at, TraceparentTag);
            at = Varint(output, at, (uint)Encoding.UTF8.GetByteCount(call.Traceparent));
            at += Encoding.UTF8.GetBytes(call.Traceparent, output[at..]);
        }

        return at;
    }

    /// <summary>Tags take one byte: all fields have numbers below 16.</summary>
    private static int ContentSize(GatheredCall call)
    {
        var size = 1 + VarintSize(call.Id) + 1 + VarintSize((uint)call.RequestBytes) + call.RequestBytes;
        if (call.TimeoutUs != 0)
        {
            size += 1 + VarintSize((ulong)call.TimeoutUs);
        }

        if (call.Traceparent.Length > 0)
        {
            var text = Encoding.UTF8.GetByteCount(call.Traceparent);
            size += 1 + VarintSize((uint)text) + text;
        }

        return size;
    }

    private static int VarintSize(ulong value) => CodedOutputStream.ComputeUInt64Size(value);

    private static int Varint(Span<byte> output, int at, ulong value)
    {
        for (; value >= 0x80; value >>= 7)
        {
            output[at++] = (byte)(value | 0x80);
        }

        output[at++] = (byte)value;
        return at;
    }
}
