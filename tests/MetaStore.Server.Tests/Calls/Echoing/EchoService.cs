using Google.Protobuf;
using Grpc.Core;

namespace MetaStore.Server.Tests.Calls.Echoing;

/// <summary>Behaves as the request specifies.</summary>
internal sealed class EchoService : Echo.EchoBase
{
    private int _cancelled;

    /// <summary>Calls of Wait whose token fired.</summary>
    public int Cancelled => Volatile.Read(ref _cancelled);

    public override async Task<EchoReply> Unary(EchoRequest request, ServerCallContext context)
    {
        if (request.Throw.Length > 0)
        {
            throw new InvalidOperationException(request.Throw);
        }

        await MirrorAsync(context);
        if (request.Code != 0)
        {
            // With an inner exception, as a failed call of a client has.
            throw new RpcException(new Status((StatusCode)request.Code, request.Detail, new IOException("the cause")));
        }

        var payload = request.Size > 0 ? ByteString.CopyFrom(new byte[request.Size]) : request.Payload;
        return new EchoReply { Payload = payload };
    }

    public override async Task ServerStream(EchoRequest request, IServerStreamWriter<EchoReply> responseStream, ServerCallContext context)
    {
        await MirrorAsync(context);
        for (var i = 0; i < request.Repeat; i++)
        {
            responseStream.WriteOptions = new WriteOptions(i % 2 == 0 ? default : WriteFlags.BufferHint);
            await responseStream.WriteAsync(new EchoReply { Payload = request.Payload, Index = i });
        }

        if (request.Code != 0)
        {
            throw new RpcException(new Status((StatusCode)request.Code, request.Detail));
        }
    }

    public override async Task Duplex(IAsyncStreamReader<EchoRequest> requestStream, IServerStreamWriter<EchoReply> responseStream, ServerCallContext context)
    {
        await MirrorAsync(context);
        for (var i = 0; await requestStream.MoveNext(CancellationToken.None); i++)
        {
            var request = requestStream.Current;
            await responseStream.WriteAsync(new EchoReply { Payload = request.Payload, Index = i });
            if (request.Code != 0)
            {
                throw new RpcException(new Status((StatusCode)request.Code, request.Detail));
            }
        }
    }

    public override async Task<EchoReply> Wait(EchoRequest request, ServerCallContext context)
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

    /// <summary>Returns metadata: x-text in the headers, x-raw-bin in headers and trailers.</summary>
    private static async Task MirrorAsync(ServerCallContext context)
    {
        var headers = new Metadata();
        if (context.RequestHeaders.GetValue("x-text") is { } text)
        {
            headers.Add("x-text", text);
        }

        if (context.RequestHeaders.GetValueBytes("x-raw-bin") is { } raw)
        {
            headers.Add("x-raw-bin", raw);
            context.ResponseTrailers.Add("x-raw-bin", raw);
        }

        if (headers.Count > 0)
        {
            await context.WriteResponseHeadersAsync(headers);
        }
    }
}
