using System.Buffers;
using Google.Protobuf;
using Grpc.Core;
using MetaStore.Server.Calls.Framing;
using MetaStore.Server.Calls.Responses;

namespace MetaStore.Server.Calls.Services;

/// <summary>Serializes the messages of one method and counts their bytes; malformed ones are rejected with grpc-go's text.</summary>
internal static class MessageMarshaller
{
    /// <summary>Messages up to this size are serialized into one span; it is below the pipes' block of 4096 bytes.</summary>
    private const int OneSpanBytes = 4000;

    /// <summary>For the requests of a method.</summary>
    public static Marshaller<T> Requests<T>(ServiceMethod method, ICallObserver? observer)
        where T : class
    {
        var parser = (MessageParser)method.Descriptor.InputType.Parser;
        return new Marshaller<T>(
            static (_, _) => throw new NotSupportedException("a server sends no requests"),
            context =>
            {
                observer?.OnMessageReceived(method, context.PayloadLength);
                try
                {
                    ReadOnlySequence<byte> payload = context.PayloadAsReadOnlySequence();
                    return (T)(payload.IsSingleSegment ? parser.ParseFrom(payload.FirstSpan) : parser.ParseFrom(payload));
                }
                catch (InvalidProtocolBufferException unfit)
                {
                    throw new RpcException(FrameErrors.BadMessage(unfit.Message));
                }
            });
    }

    /// <summary>For the responses of a method.</summary>
    public static Marshaller<T> Responses<T>(ServiceMethod method, ICallObserver? observer)
        where T : class => new(
        (response, context) =>
        {
            var message = (IMessage)response;
            int size = message.CalculateSize();
            observer?.OnMessageSent(method, size);
            context.SetPayloadLength(size);
            IBufferWriter<byte> target = context.GetBufferWriter();
            if (target is CallOutput { Call: WireCall call })
            {
                call.OnAnswer(message);
            }

            if (size <= OneSpanBytes)
            {
                message.WriteTo(target.GetSpan(size)[..size]);
                target.Advance(size);
            }
            else
            {
                message.WriteTo(target);
            }

            context.Complete();
        },
        static _ => throw new NotSupportedException("a server reads no responses"));

    /// <summary>For responses that the service has encoded.</summary>
    public static Marshaller<EncodedResponse> Whole(ServiceMethod method, ICallObserver? observer) => new(
        (response, context) =>
        {
            var size = checked((int)response.Length);
            observer?.OnMessageSent(method, size);
            context.SetPayloadLength(size);
            if (context.GetBufferWriter() is not CallOutput { Call: WireCall call } output)
            {
                throw new InvalidOperationException("the call did not come through the listener");
            }

            call.OnEncodedAnswer(response);
            response.WriteTo(output);
            context.Complete();
        },
        static _ => throw new NotSupportedException("a server reads no responses"));

    /// <summary>For responses that the service encodes itself, after the message was started.</summary>
    public static Marshaller<EncodedMessage> Encoded(ServiceMethod method, ICallObserver? observer) => new(
        (message, context) =>
        {
            observer?.OnMessageSent(method, message.Length);
            context.SetPayloadLength(message.Length);
            message.Target = context.GetBufferWriter();
            context.Complete();
        },
        static _ => throw new NotSupportedException("a server reads no responses"));
}
