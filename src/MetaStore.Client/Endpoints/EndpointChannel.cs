using Grpc.Core;
using Grpc.Core.Interceptors;
using Grpc.Net.Client;
using MetaStore.Client.Gathering;

namespace MetaStore.Client.Endpoints;

/// <summary>The channels of one endpoint: one for unary calls and one for request streams, over the same connections.</summary>
internal sealed class EndpointChannel : IDisposable
{
    /// <summary>HTTP authority of a Unix socket, the same as in grpc-go's clients.</summary>
    private static readonly Uri NameOfSocket = new("http://localhost");

    private readonly GrpcChannel _single;
    private readonly GrpcChannel _streaming;
    private readonly HttpMessageHandler? _own;
    private GatheringInvoker? _gathering;

    private EndpointChannel(Uri address, MetaStoreClientOptions options, EndpointTls? tls)
    {
        _own = options.HttpHandler is null ? EndpointHandler.For(address, options, tls) : null;
        var transport = _own ?? options.HttpHandler!;
        var name = NameOf(address, tls);
        _single = GrpcChannel.ForAddress(name, Settings(transport, options));
        _streaming = GrpcChannel.ForAddress(name, Settings(new SentOnceHandler(transport), options));
    }

    /// <summary>Opens a channel with the given options. It connects with the first call, and again when needed.</summary>
    /// <param name="address">Of the endpoint.</param>
    /// <param name="options">Of the client.</param>
    /// <param name="tls">For https; stays the caller's. Null for the system's trust and no certificate.</param>
    /// <exception cref="ArgumentException">The credentials do not match the address.</exception>
    public static EndpointClients Open(Uri address, MetaStoreClientOptions options, EndpointTls? tls)
    {
        try
        {
            var channel = new EndpointChannel(address, options, tls);
            var single = Intercepted(channel.Single(address, options), options);
            var streaming = Intercepted(channel._streaming.CreateCallInvoker(), options);
            return new EndpointClients(address, single, streaming, channel, options.Interceptors.Count == 0 ? channel._gathering : null);
        }
        catch (InvalidOperationException unfit)
        {
            throw new ArgumentException($"{nameof(MetaStoreClientOptions.ChannelCredentials)}: {address}: {unfit.Message}", unfit);
        }
    }

    public void Dispose()
    {
        _gathering?.Dispose();
        _single.Dispose();
        _streaming.Dispose();
        _own?.Dispose();
    }

    /// <summary>What the channel calls its server: the name that a certificate must be for. Connections go to the address all the same.</summary>
    private static Uri NameOf(Uri address, EndpointTls? tls) =>
        address.Scheme == SocketAddress.Scheme ? NameOfSocket
            : tls?.ServerName is { } name && address.Scheme == Uri.UriSchemeHttps ? new UriBuilder(address) { Host = name }.Uri
            : address;

    /// <summary>Interceptors are outside of gathering: they see each call.</summary>
    private static CallInvoker Intercepted(CallInvoker calls, MetaStoreClientOptions options) => options.Interceptors.Count == 0
        ? calls
        : calls.Intercept([.. options.Interceptors]);

    /// <summary>Limits of message sizes are of each call, so they rule out messages of many.</summary>
    private CallInvoker Single(Uri address, MetaStoreClientOptions options)
    {
        var single = _single.CreateCallInvoker();
        if (!options.GatherCalls || options.MaxSendBytes < int.MaxValue || options.MaxReceiveBytes < int.MaxValue)
        {
            return single;
        }

        _gathering = new GatheringInvoker(single, _streaming.CreateCallInvoker(), address, options.TimeProvider);
        return _gathering;
    }

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
