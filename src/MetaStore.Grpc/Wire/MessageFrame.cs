using System.Buffers;
using System.Buffers.Binary;
using System.IO.Pipelines;
using Google.Protobuf;

namespace MetaStore.Grpc.Wire;

/// <summary>
/// The five bytes before each message: a flag (1 = compressed) and a big-endian length.
/// Source: "gRPC over HTTP/2", Length-Prefixed-Message.
/// </summary>
internal static class MessageFrame
{
    public const int HeaderBytes = 5;

    /// <summary>Messages up to this size are serialized into one span; it is below the pipes' block of 4096 bytes.</summary>
    private const int OneSpanBytes = 4000;

    /// <summary>
    /// Takes one message from the front of <paramref name="buffer"/>, which then starts behind it. Nothing is copied. The
    /// length is judged as soon as the header is there, so that an oversized message is refused before it is buffered.
    /// </summary>
    public static FrameResult TryRead(
        ref ReadOnlySequence<byte> buffer, int maxBytes, out ReadOnlySequence<byte> payload, out bool compressed, out Status error)
    {
        payload = default;
        compressed = false;
        error = default;
        if (buffer.Length < HeaderBytes)
        {
            return FrameResult.Incomplete;
        }

        Span<byte> copy = stackalloc byte[HeaderBytes];
        scoped var first = buffer.FirstSpan;
        if (first.Length < HeaderBytes)
        {
            buffer.Slice(0, HeaderBytes).CopyTo(copy);
            first = copy;
        }

        var flag = first[0];
        if (flag > 1)
        {
            error = FrameErrors.BadFlag(flag);
            return FrameResult.Malformed;
        }

        long length = BinaryPrimitives.ReadUInt32BigEndian(first[1..]);
        if (length > maxBytes)
        {
            error = FrameErrors.TooLarge(length, maxBytes);
            return FrameResult.Malformed;
        }

        if (buffer.Length - HeaderBytes < length)
        {
            return FrameResult.Incomplete;
        }

        compressed = flag == 1;
        payload = buffer.Slice(HeaderBytes, length);
        buffer = buffer.Slice(payload.End);
        return FrameResult.Message;
    }

    /// <summary>Serializes a message behind its header, uncompressed, without flushing.</summary>
    /// <param name="writer">Where to.</param>
    /// <param name="message">What.</param>
    /// <param name="size">Its length in bytes.</param>
    public static void Write(IBufferWriter<byte> writer, IMessage message, int size)
    {
        if (size <= OneSpanBytes)
        {
            var span = writer.GetSpan(HeaderBytes + size);
            WriteHeader(span, size, compressed: false);
            message.WriteTo(span.Slice(HeaderBytes, size));
            writer.Advance(HeaderBytes + size);
        }
        else
        {
            WriteHeader(writer.GetSpan(HeaderBytes), size, compressed: false);
            writer.Advance(HeaderBytes);
            message.WriteTo(writer);
        }
    }

    /// <summary>Writes the five bytes.</summary>
    public static void WriteHeader(Span<byte> target, int length, bool compressed)
    {
        target[0] = compressed ? (byte)1 : (byte)0;
        BinaryPrimitives.WriteUInt32BigEndian(target[1..], (uint)length);
    }
}
