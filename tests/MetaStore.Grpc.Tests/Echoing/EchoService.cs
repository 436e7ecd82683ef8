using Google.Protobuf;
using Google.Protobuf.Reflection;

namespace MetaStore.Grpc.Tests.Echoing;

/// <summary>Does what the request says.</summary>
internal sealed class EchoService
{
    private int _cancelled;

    public static ServiceDescriptor Descriptor => EchoReflection.Descriptor.Services[0];

    /// <summary>Calls of Wait that saw their token fire.</summary>
    public int Cancelled => Volatile.Read(ref _cancelled);

    public ValueTask<EchoReply> Unary(EchoRequest request, CallContext context)
    {
        if (request.Throw.Length > 0)
        {
            throw new InvalidOperationException(request.Throw);
        }

        Mirror(context);
        if (request.Code != 0)
        {
            context.Fail((StatusCode)request.Code, request.Detail);
        }

        var payload = request.Size > 0 ? ByteString.CopyFrom(new byte[request.Size]) : request.Payload;
        return new ValueTask<EchoReply>(new EchoReply { Payload = payload });
    }

    public async ValueTask ServerStream(EchoRequest request, IResponseStream<EchoReply> replies, CallContext context)
    {
        Mirror(context);
        for (var i = 0; i < request.Repeat; i++)
        {
            await replies.WriteAsync(new EchoReply { Payload = request.Payload, Index = i }, flush: i % 2 == 0);
        }

        if (request.Code != 0)
        {
            throw new RpcException((StatusCode)request.Code, request.Detail);
        }
    }

    public async ValueTask<EchoReply> ClientStream(IRequestStream<EchoRequest> requests, CallContext context)
    {
        Mirror(context);
        var reply = new EchoReply();
        while (await requests.ReadAsync() is { } request)
        {
            reply.Index += request.Payload.Length;
            if (request.Code != 0)
            {
                throw new RpcException((StatusCode)request.Code, request.Detail);
            }
        }

        return reply;
    }

    public async ValueTask Duplex(IRequestStream<EchoRequest> requests, IResponseStream<EchoReply> replies, CallContext context)
    {
        Mirror(context);
        for (var i = 0; await requests.ReadAsync() is { } request; i++)
        {
            await replies.WriteAsync(new EchoReply { Payload = request.Payload, Index = i });
            if (request.Code != 0)
            {
                throw new RpcException((StatusCode)request.Code, request.Detail);
            }
        }
    }

    public async ValueTask<EchoReply> Wait(EchoRequest request, CallContext context)
    {
        try
        {
            await Task.Delay(Timeout.Infinite, context.CancellationToken);
        }
        catch (OperationCanceledException)
        {
            Interlocked.Increment(ref _cancelled);
            throw;
        }

        return new EchoReply();
    }

    /// <summary>Sends metadata back: x-text in the headers, x-raw-bin in headers and trailers.</summary>
    private static void Mirror(CallContext context)
    {
        if (context.RequestHeader("x-text") is { } text)
        {
            context.ResponseHeaders.Add("x-text", text);
        }

        if (context.RequestHeader("x-raw-bin") is not null)
        {
            var raw = context.RequestHeaders.GetBinary("x-raw-bin")!;
            context.ResponseHeaders.Add("x-raw-bin", raw);
            context.ResponseTrailers.Add("x-raw-bin", raw);
        }
    }
}
