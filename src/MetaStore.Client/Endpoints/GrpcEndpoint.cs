using Google.Protobuf;
using MetaStore.Grpc;
using MetaStore.Grpc.Client;

namespace MetaStore.Client.Endpoints;

/// <summary>One member over gRPC.</summary>
internal sealed class GrpcEndpoint(Uri address, MetaStoreClientOptions options) : IEndpointChannel
{
    private static readonly TimeSpan ShortestPing = TimeSpan.FromSeconds(1);

    /// <summary>What a socket in the file system has for a name in HTTP; as grpc-go's clients call it.</summary>
    private static readonly Uri NameOfSocket = new("http://localhost");

    private readonly GrpcChannel _channel = new(address.Scheme == SocketAddress.Scheme ? NameOfSocket : address, new GrpcChannelOptions
    {
        ConnectTimeout = options.DialTimeout,
        ConnectCallback = address.Scheme == SocketAddress.Scheme ? SocketAddress.Connector(address) : null,
        KeepAlivePingDelay = options.KeepAliveTime > ShortestPing ? options.KeepAliveTime : ShortestPing,
        KeepAlivePingTimeout = options.KeepAliveTimeout > ShortestPing ? options.KeepAliveTimeout : ShortestPing,
        MaxSendMessageBytes = options.MaxSendBytes,
        MaxReceiveMessageBytes = options.MaxReceiveBytes,
    });

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
