using Google.Protobuf;

namespace MetaStore.Server.Calls.Responses;

/// <summary>The response of a unary method that its service has encoded as a whole, so that no message object exists.</summary>
internal abstract class EncodedResponse
{
    /// <summary>Key-value pairs in it.</summary>
    public abstract int Pairs { get; }

    /// <summary>Bytes of the encoded message.</summary>
    public abstract long Length { get; }

    /// <summary>Passes the bytes to the connection, to which they belong from then on. Once.</summary>
    public abstract void WriteTo(CallOutput output);

    /// <summary>The message, for a reader that is to see it. Before the bytes are sent.</summary>
    public abstract IMessage Decode();
}
