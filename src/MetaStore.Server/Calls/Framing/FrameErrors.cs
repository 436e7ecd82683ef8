using Grpc.Core;

namespace MetaStore.Server.Calls.Framing;

/// <summary>
/// Statuses for malformed messages. Codes and texts are grpc-go's, since etcd's clients are only used with that server.
/// </summary>
internal static class FrameErrors
{
    public static readonly Status Truncated = new(StatusCode.Internal, "unexpected EOF");

    public static readonly Status CompressedWithoutEncoding =
        new(StatusCode.Internal, "grpc: compressed flag set with identity or empty encoding");

    public static readonly Status TooManyMessages =
        new(StatusCode.Internal, "cardinality violation: received multiple request messages for a call that takes one");

    public static readonly Status NoMessage =
        new(StatusCode.Internal, "cardinality violation: received no request message for a call that takes one");

    public static Status TooLarge(long length, int max) =>
        new(StatusCode.ResourceExhausted, $"grpc: received message larger than max ({length} vs. {max})");

    public static Status TooLargeInflated(int max) =>
        new(StatusCode.ResourceExhausted, $"grpc: received message after decompression larger than max {max}");

    public static Status BadFlag(byte flag) => new(StatusCode.Internal, $"grpc: received unexpected payload format {flag}");

    public static Status UnknownEncoding(string encoding) =>
        new(StatusCode.Unimplemented, $"grpc: Decompressor is not installed for grpc-encoding \"{encoding}\"");

    public static Status BadCompression(string why) =>
        new(StatusCode.Internal, $"grpc: failed to decompress the received message: {why}");

    public static Status BadMessage(string why) => new(StatusCode.Internal, $"grpc: error unmarshalling request: {why}");
}
