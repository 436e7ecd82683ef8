using Google.Protobuf;
using Grpc.Core;
using MetaStore.Protocol.V1;

namespace MetaStore.Client.Gathering;

/// <summary>One message of operations: the calls themselves, which are encoded in one pass as metastore.v1.OperationsRequest when it is written.</summary>
/// <remarks>There is no message object for an operation, and its length is computed once. Source: proto/metastore/operations.proto; Protocol Buffers, encoding.</remarks>
internal sealed class OperationBatch
{
    /// <summary>metastore.v1.Operations/Run with this message.</summary>
    public static readonly Method<OperationBatch, OperationsResponse> Run = new(
        MethodType.DuplexStreaming,
        Operations.Descriptor.FullName,
        "Run",
        Marshallers.Create<OperationBatch>(static (batch, context) => batch.Serialize(context), static _ => throw new NotSupportedException("a client reads no operations")),
        Marshallers.Create<OperationsResponse>(
            static (_, _) => throw new NotSupportedException("a client sends no results"), static context => OperationsResponse.Parser.ParseFrom(context.PayloadAsReadOnlySequence())));

    /// <summary>The calls, in order.</summary>
    public List<GatheredCall> Calls { get; } = [];

    private void Serialize(SerializationContext context)
    {
        var bytes = 0;
        foreach (var call in Calls)
        {
            call.RequestBytes = call.Request.CalculateSize();
            bytes += OperationEncoding.Size(call);
        }

        context.SetPayloadLength(bytes);
        var output = context.GetBufferWriter();
        var left = output.GetSpan(bytes);
        foreach (var call in Calls)
        {
            left = left[OperationEncoding.Write(call, left)..];
        }

        output.Advance(bytes);
        context.Complete();
    }
}
