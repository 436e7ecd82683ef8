using Grpc.Core;
using Grpc.Core.Interceptors;
using Grpc.Net.Client;

namespace MetaStore.Client.Endpoints;

/// <summary>The channels of one endpoint: calls with one request, and calls with a stream of them, over the same connections.</summary>
internal sealed class EndpointChannel : IDisposable
{
    /// <summary>What a socket in the file system has for a name in HTTP; as grpc-go's clients call it.</summary>
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

    /// <summary>Opens one as the options say. It connects with the first call, and again whenever it has to.</summary>
    /// <exception cref="ArgumentException">The credentials do not fit the address.</exception>
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
