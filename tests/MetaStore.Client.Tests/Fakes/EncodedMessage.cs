using System.Buffers;
using Google.Protobuf;
using Grpc.Core;
using MetaStore.Protocol.V1;

namespace MetaStore.Client.Tests.Fakes;

/// <summary>What a method sends for a request that is no message: its marshaller's bytes.</summary>
internal sealed class EncodedMessage : SerializationContext
{
    private readonly ArrayBufferWriter<byte> _bytes = new();
    private int? _length;
    private bool _isComplete;

    /// <summary>The message as a server reads it.</summary>
    public static IMessage Decode<TRequest, TResponse>(Method<TRequest, TResponse> method, TRequest request)
    {
        var encoded = new EncodedMessage();
        method.RequestMarshaller.ContextualSerializer(request, encoded);
        Assert.True(encoded._isComplete);
        Assert.Equal(encoded._length, encoded._bytes.WrittenCount);
        return OperationsRequest.Parser.ParseFrom(encoded._bytes.WrittenSpan);
    }

    public override void SetPayloadLength(int payloadLength) => _length = payloadLength;

    public override IBufferWriter<byte> GetBufferWriter() => _bytes;

    public override void Complete() => _isComplete = true;

    public override void Complete(byte[] payload) => throw new NotSupportedException("no marshaller makes arrays");
}
