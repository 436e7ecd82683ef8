using System.Collections.Concurrent;
using System.Net;
using System.Net.Security;
using Google.Protobuf;
using MetaStore.Grpc.Wire;

namespace MetaStore.Grpc.Client;

/// <summary>
/// Calls gRPC methods of one server, or of several that are equals. Connections are made when needed and made again when
/// lost. With several addresses one is used until it cannot be connected to; a unary call that could not be sent goes on to
/// the next by itself. Safe for concurrent use.
/// </summary>
public sealed class GrpcChannel : IDisposable
{
    private readonly HttpMessageInvoker _http;
    private readonly Uri[] _addresses;
    private readonly ConcurrentDictionary<string, Uri>[] _targets;
    private int _current;

    /// <summary>Makes a channel to one address.</summary>
    public GrpcChannel(Uri address, GrpcChannelOptions? options = null)
        : this([address], options)
    {
    }

    /// <summary>Makes a channel to several servers that serve the same.</summary>
    /// <param name="addresses">At least one; <c>http://host:port</c> (h2c) or <c>https://host:port</c>. Paths are ignored.</param>
    /// <param name="options">Null for the defaults.</param>
    public GrpcChannel(IReadOnlyList<Uri> addresses, GrpcChannelOptions? options = null)
    {
        ArgumentOutOfRangeException.ThrowIfZero(addresses.Count);
        Options = options ?? new GrpcChannelOptions();
        _addresses = [.. addresses];
        _targets = [.. addresses.Select(_ => new ConcurrentDictionary<string, Uri>(StringComparer.Ordinal))];
        _http = new HttpMessageInvoker(MakeHandler(Options));
    }

    internal GrpcChannelOptions Options { get; }

    /// <summary>Sends one message and waits for the one answer.</summary>
    /// <exception cref="RpcException">The call ended with an error, or no address could be reached (Unavailable).</exception>
    /// <exception cref="OperationCanceledException">The caller's token fired.</exception>
    public async Task<TResponse> UnaryAsync<TRequest, TResponse>(
        Method<TRequest, TResponse> method, TRequest request, CallOptions options = default)
        where TRequest : class, IMessage<TRequest>
        where TResponse : class, IMessage<TResponse>
    {
        using var limit = new CallLimit(options);
        for (var attempt = 1; ; attempt++)
        {
            var address = Volatile.Read(ref _current);
            try
            {
                var content = new OneMessageContent(request, options.Compress, Options.MaxSendMessageBytes);
                using var httpRequest = NewRequest(method.Path, address, content, options);
                using var response = await _http.SendAsync(httpRequest, limit.Token);
                using var reader = new ResponseReader<TResponse>(response, method.ResponseParser, Options.MaxReceiveMessageBytes, options.Receipt);
                return await reader.ReadOnlyMessageAsync(limit.Token);
            }
            catch (HttpRequestException e) when (TransportErrors.NothingWasSent(e) && attempt < _addresses.Length)
            {
                MoveOn(address);
            }
            catch (Exception e) when (e is not RpcException)
            {
                throw Translate(e, address, limit);
            }
        }
    }

    /// <summary>
    /// Opens a call of any kind with at least one side streaming; it begins at once and does not wait for the server.
    /// </summary>
    /// <returns>To be disposed by the caller; that cancels what is still running.</returns>
    public StreamingCall<TRequest, TResponse> OpenStream<TRequest, TResponse>(Method<TRequest, TResponse> method, CallOptions options = default)
        where TRequest : class, IMessage<TRequest>
        where TResponse : class, IMessage<TResponse>
    {
        var address = Volatile.Read(ref _current);
        return new StreamingCall<TRequest, TResponse>(this, method, address, options);
    }

    /// <summary>Calls a server-streaming method: sends the one request and closes the client's side.</summary>
    /// <inheritdoc cref="OpenStream" path="/returns"/>
    public StreamingCall<TRequest, TResponse> ServerStreaming<TRequest, TResponse>(
        Method<TRequest, TResponse> method, TRequest request, CallOptions options = default)
        where TRequest : class, IMessage<TRequest>
        where TResponse : class, IMessage<TResponse>
    {
        var address = Volatile.Read(ref _current);
        return new StreamingCall<TRequest, TResponse>(this, method, address, options, request);
    }

    /// <summary>Closes the connections; open calls fail.</summary>
    public void Dispose() => _http.Dispose();

    internal HttpRequestMessage NewRequest(string path, int address, HttpContent content, CallOptions options)
    {
        var target = _targets[address].GetOrAdd(path, static (p, root) => new Uri(root, p), _addresses[address]);
        var request = new HttpRequestMessage(HttpMethod.Post, target)
        {
            Version = HttpVersion.Version20,
            VersionPolicy = HttpVersionPolicy.RequestVersionExact,
            Content = content,
        };
        var headers = request.Headers;
        headers.TryAddWithoutValidation("te", "trailers");
        headers.TryAddWithoutValidation("grpc-accept-encoding", MessageEncoding.Accepted);
        if (options.Compress)
        {
            headers.TryAddWithoutValidation("grpc-encoding", MessageEncoding.Gzip);
        }

        if (options.Timeout is { } timeout)
        {
            headers.TryAddWithoutValidation("grpc-timeout", GrpcTimeout.Format(timeout));
        }

        if (options.Headers is { } metadata)
        {
            foreach (var entry in metadata)
            {
                headers.TryAddWithoutValidation(entry.Key, entry.HeaderValue);
            }
        }

        return request;
    }

    internal Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken) =>
        _http.SendAsync(request, cancellationToken);

    /// <summary>Gives an exception of the transport the form callers know; moves on from an address that cannot be reached.</summary>
    internal Exception Translate(Exception exception, int address, CallLimit limit)
    {
        if (TransportErrors.NothingWasSent(exception))
        {
            MoveOn(address);
        }

        return limit.Translate(exception) ?? new RpcException(TransportErrors.StatusOf(exception, _addresses[address]), exception);
    }

    private static SocketsHttpHandler MakeHandler(GrpcChannelOptions options) => new()
    {
        UseProxy = false,
        UseCookies = false,
        AllowAutoRedirect = false,
        AutomaticDecompression = DecompressionMethods.None,
        ActivityHeadersPropagator = null,
        EnableMultipleHttp2Connections = options.MultipleConnections,
        ConnectTimeout = options.ConnectTimeout,
        ConnectCallback = options.ConnectCallback,
        KeepAlivePingDelay = options.KeepAlivePingDelay,
        KeepAlivePingTimeout = options.KeepAlivePingTimeout,
        KeepAlivePingPolicy = HttpKeepAlivePingPolicy.WithActiveRequests,
        PooledConnectionIdleTimeout = Timeout.InfiniteTimeSpan,
        InitialHttp2StreamWindowSize = 1024 * 1024,
        SslOptions = options.Tls ?? new SslClientAuthenticationOptions(),
    };

    /// <summary>Only the call that saw this address fail moves the channel; later ones find it moved already.</summary>
    private void MoveOn(int failed) => Interlocked.CompareExchange(ref _current, (failed + 1) % _addresses.Length, failed);
}
