using System.Buffers;

namespace MetaStore.Server.Calls.Responses;

/// <summary>A response that is already encoded: writing it only starts the message, and <see cref="Target"/> then takes <see cref="Length"/> bytes.</summary>
internal sealed class EncodedMessage
{
    /// <summary>Bytes of the message.</summary>
    public int Length { get; set; }

    /// <summary>Receives the bytes; set when the message has been started.</summary>
    public IBufferWriter<byte>? Target { get; set; }
}
