using Google.Protobuf;
using MetaStore.Grpc;
using MetaStore.Grpc.Client;

namespace MetaStore.Client.Endpoints;

/// <summary>One member over gRPC.</summary>
internal sealed class GrpcEndpoint(Uri address, MetaStoreClientOptions options) : IEndpointChannel
{
    private readonly GrpcChannel _channel = new(address, new GrpcChannelOptions { ConnectTimeout = options.DialTimeout });

    public Task<TResponse> UnaryAsync<TRequest, TResponse>(Method<TRequest, TResponse> method, TRequest request, CallOptions options)
        where TRequest : class, IMessage<TRequest>
        where TResponse : class, IMessage<TResponse> => _channel.UnaryAsync(method, request, options);

    public IStreamingCall<TRequest, TResponse> OpenStream<TRequest, TResponse>(Method<TRequest, TResponse> method, CallOptions options)
        where TRequest : class, IMessage<TRequest>
        where TResponse : class, IMessage<TResponse> => new GrpcStream<TRequest, TResponse>(_channel.OpenStream(method, options));

    public void Dispose() => _channel.Dispose();

    private sealed class GrpcStream<TRequest, TResponse>(StreamingCall<TRequest, TResponse> call) : IStreamingCall<TRequest, TResponse>
        where TRequest : class, IMessage<TRequest>
        where TResponse : class, IMessage<TResponse>
    {
        public ValueTask WriteAsync(TRequest message, CancellationToken cancellation) => call.WriteAsync(message, cancellation);

        public ValueTask CompleteAsync() => call.CompleteAsync();

        public ValueTask<TResponse?> ReadAsync(CancellationToken cancellation) => call.ReadAsync(cancellation);

        public ValueTask DisposeAsync() => call.DisposeAsync();
    }
}
