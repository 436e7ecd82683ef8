using Google.Protobuf;
using MetaStore.Grpc;
using MetaStore.Grpc.Client;

namespace MetaStore.Client.Endpoints;

/// <summary>Calls of one member. The seam at which tests stand in for the network. Safe for concurrent use.</summary>
internal interface IEndpointChannel : IDisposable
{
    /// <inheritdoc cref="GrpcChannel.UnaryAsync"/>
    Task<TResponse> UnaryAsync<TRequest, TResponse>(Method<TRequest, TResponse> method, TRequest request, CallOptions options)
        where TRequest : class, IMessage<TRequest>
        where TResponse : class, IMessage<TResponse>;

    /// <inheritdoc cref="GrpcChannel.OpenStream"/>
    IStreamingCall<TRequest, TResponse> OpenStream<TRequest, TResponse>(Method<TRequest, TResponse> method, CallOptions options)
        where TRequest : class, IMessage<TRequest>
        where TResponse : class, IMessage<TResponse>;
}
