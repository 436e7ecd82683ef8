using Google.Protobuf;

namespace MetaStore.Server.Calls.Responses;

/// <summary>The response of a unary method that its service has encoded as a whole, so that no message object exists.</summary>
internal abstract class EncodedResponse
{
    /// <summary>The encoded message. Belongs to the connection once it was passed to it.</summary>
    public MessageParts Bytes { get; } = new();

    /// <summary>The message, for a reader that is to see it. Before the bytes are sent.</summary>
    public abstract IMessage Decode();
}
