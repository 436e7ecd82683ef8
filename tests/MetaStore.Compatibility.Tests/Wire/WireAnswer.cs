using Google.Protobuf;

namespace MetaStore.Compatibility.Tests.Wire;

/// <summary>A server's response: a status, and a message when the status is OK (0).</summary>
/// <param name="Code">gRPC status code.</param>
/// <param name="Text">grpc-message, decoded; empty when absent.</param>
/// <param name="Message">The response; null on an error.</param>
internal sealed record WireAnswer(int Code, string Text, IMessage? Message)
{
    public override string ToString() => Message is null ? $"error {Code}: {Text}" : JsonFormatter.Default.Format(Message);
}
