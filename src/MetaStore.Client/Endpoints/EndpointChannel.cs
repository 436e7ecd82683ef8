using Grpc.Core;
using Grpc.Core.Interceptors;
using Grpc.Net.Client;

namespace MetaStore.Client.Endpoints;

/// <summary>The channels of one endpoint: one for unary calls and one for request streams, over the same connections.</summary>
internal sealed class EndpointChannel : IDisposable
{
    /// <summary>HTTP authority of a Unix socket, the same as in grpc-go's clients.</summary>
    private static readonly Uri NameOfSocket = new("http://localhost");

    private readonly GrpcChannel _single;
    private readonly GrpcChannel _streaming;
    private readonly HttpMessageHandler? _own;

    private EndpointChannel(Uri address, MetaStoreClientOptions options)
    {
        _own = options.HttpHandler is null ? EndpointHandler.For(address, options) : null;
        var transport = _own ?? options.HttpHandler!;
        var name = address.Scheme == SocketAddress.Scheme ? NameOfSocket : address;
        _single = GrpcChannel.ForAddress(name, Settings(transport, options));
        _streaming = GrpcChannel.ForAddress(name, Settings(new SentOnceHandler(transport), options));
    }

    /// <summary>Opens a channel with the given options. It connects with the first call, and again when needed.</summary>
    /// <exception cref="ArgumentException">The credentials do not match the address.</exception>
    public static EndpointClients Open(Uri address, MetaStoreClientOptions options)
    {
        try
        {
            var channel = new EndpointChannel(address, options);
            return new EndpointClients(address, Invoker(channel._single, options), Invoker(channel._streaming, options), channel);
        }
        catch (InvalidOperationException unfit)
        {
            throw new ArgumentException($"{nameof(MetaStoreClientOptions.ChannelCredentials)}: {address}: {unfit.Message}", unfit);
        }
    }

    public void Dispose()
    {
        _single.Dispose();
        _streaming.Dispose();
        _own?.Dispose();
    }

    private static CallInvoker Invoker(GrpcChannel channel, MetaStoreClientOptions options) => options.Interceptors.Count == 0
        ? channel.CreateCallInvoker()
        : channel.Intercept([.. options.Interceptors]);

    private static GrpcChannelOptions Settings(HttpMessageHandler handler, MetaStoreClientOptions options) => new()
    {
        HttpHandler = handler,
        DisposeHttpClient = false,
        MaxSendMessageSize = options.MaxSendBytes,
        MaxReceiveMessageSize = options.MaxReceiveBytes,
        LoggerFactory = options.LoggerFactory,
        Credentials = options.ChannelCredentials,
        UnsafeUseInsecureChannelCallCredentials = options.UnsafeUseInsecureChannelCallCredentials,
    };
}
