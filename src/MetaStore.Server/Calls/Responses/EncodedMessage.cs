using System.Buffers;

namespace MetaStore.Server.Calls.Responses;

/// <summary>A response whose bytes follow: writing it only begins the message, and <see cref="Target"/> then takes <see cref="Length"/> bytes.</summary>
internal sealed class EncodedMessage
{
    /// <summary>Bytes of the message.</summary>
    public int Length { get; set; }

    /// <summary>Where they go; set when the message has been begun.</summary>
    public IBufferWriter<byte>? Target { get; set; }
}
