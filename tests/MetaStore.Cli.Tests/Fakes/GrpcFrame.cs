using System.Buffers.Binary;
using Google.Protobuf;

namespace MetaStore.Cli.Tests.Fakes;

/// <summary>Messages of gRPC over HTTP/2: a byte that says whether it is compressed, four bytes of length, and the message.</summary>
internal static class GrpcFrame
{
    private const int HeadBytes = 5;

    /// <summary>The next message; null when the other side sends no more.</summary>
    public static async Task<byte[]?> ReadAsync(Stream body, CancellationToken cancellation)
    {
        var head = new byte[HeadBytes];
        if (await body.ReadAtLeastAsync(head, HeadBytes, throwOnEndOfStream: false, cancellation) < HeadBytes)
        {
            return null;
        }

        var message = new byte[BinaryPrimitives.ReadInt32BigEndian(head.AsSpan(1))];
        await body.ReadExactlyAsync(message, cancellation);
        return message;
    }

    /// <summary>Sends a message at once.</summary>
    public static async Task WriteAsync(Stream body, IMessage message, CancellationToken cancellation)
    {
        var frame = new byte[HeadBytes + message.CalculateSize()];
        BinaryPrimitives.WriteInt32BigEndian(frame.AsSpan(1), frame.Length - HeadBytes);
        message.WriteTo(frame.AsSpan(HeadBytes));
        await body.WriteAsync(frame, cancellation);
        await body.FlushAsync(cancellation);
    }
}
