using System.Buffers.Binary;

namespace MetaStore.LoadGen.Http2.Frames;

/// <summary>The five-byte prefix of a gRPC message: a compression flag and the length.</summary>
internal static class GrpcFrame
{
    public const int PrefixBytes = 5;

    /// <summary>Writes prefix and message, uncompressed.</summary>
    public static void Write(Span<byte> target, ReadOnlySpan<byte> message)
    {
        target[0] = 0;
        BinaryPrimitives.WriteInt32BigEndian(target[1..], message.Length);
        message.CopyTo(target[PrefixBytes..]);
    }
}
