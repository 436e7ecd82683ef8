using System.Diagnostics;
using Google.Protobuf;
using MetaStore.Grpc;
using MetaStore.Grpc.Client;

namespace MetaStore.Client.Endpoints;

/// <summary>Chooses the endpoint of each call: one until it fails, then the next.</summary>
/// <remarks>
/// Retry contract (the one etcd's clients keep): a read is tried again on Unavailable; a write only when no connection could be made,
/// because a write that was sent may have happened. What a learner does not serve goes to the next member. Pauses between tries grow from
/// 25 ms to 500 ms.
/// </remarks>
internal sealed class EndpointBalancer : IDisposable
{
    private static readonly TimeSpan FirstPause = TimeSpan.FromMilliseconds(25);
    private static readonly TimeSpan LongestPause = TimeSpan.FromMilliseconds(500);

    private readonly GrpcChannel[] _channels;
    private readonly TimeSpan _commandTimeout;
    private int _current;

    public EndpointBalancer(MetaStoreClientOptions options)
    {
        _commandTimeout = options.CommandTimeout;
        _channels = [.. options.Endpoints.Select(endpoint => new GrpcChannel(endpoint, new GrpcChannelOptions
        {
            ConnectTimeout = options.DialTimeout,
        }))];
    }

    /// <summary>Makes one unary call within the command timeout.</summary>
    public async Task<TResponse> CallAsync<TRequest, TResponse>(Method<TRequest, TResponse> method, TRequest request, CallKind kind, CancellationToken cancellation)
        where TRequest : class, IMessage<TRequest>
        where TResponse : class, IMessage<TResponse>
    {
        var clock = Stopwatch.StartNew();
        var pause = FirstPause;
        for (var tries = 1; ; tries++)
        {
            var chosen = Volatile.Read(ref _current);
            try
            {
                var options = new CallOptions { Timeout = _commandTimeout - clock.Elapsed, CancellationToken = cancellation };
                return await _channels[chosen % _channels.Length].UnaryAsync(method, request, options).ConfigureAwait(false);
            }
            catch (RpcException failure) when (MayTryAgain(failure, kind) && clock.Elapsed + pause < _commandTimeout)
            {
                Interlocked.CompareExchange(ref _current, (chosen + 1) % _channels.Length, chosen);
                if (tries % _channels.Length == 0)
                {
                    await Task.Delay(pause, cancellation).ConfigureAwait(false);
                    pause = pause * 2 < LongestPause ? pause * 2 : LongestPause;
                }
            }
        }
    }

    /// <summary>The endpoint in use.</summary>
    public int Current => Volatile.Read(ref _current) % _channels.Length;

    /// <summary>An endpoint has failed a stream: calls go to the next one, unless they do already.</summary>
    public void MoveOnFrom(int endpoint) => Interlocked.CompareExchange(ref _current, (endpoint + 1) % _channels.Length, endpoint);

    /// <summary>Opens a stream without a limit of time to one endpoint. The caller disposes it.</summary>
    public StreamingCall<TRequest, TResponse> OpenStream<TRequest, TResponse>(
        Method<TRequest, TResponse> method, int endpoint, Metadata headers, CancellationToken cancellation)
        where TRequest : class, IMessage<TRequest>
        where TResponse : class, IMessage<TResponse> =>
        _channels[endpoint].OpenStream(method, new CallOptions { Headers = headers, CancellationToken = cancellation });

    /// <summary>Opens a stream to the endpoint in use; a short one ends with the command timeout. The caller disposes it.</summary>
    /// <remarks>Streams are not opened again by themselves: what was sent on them cannot be known.</remarks>
    public StreamingCall<TRequest, TResponse> OpenStream<TRequest, TResponse>(
        Method<TRequest, TResponse> method, bool isShort, CancellationToken cancellation)
        where TRequest : class, IMessage<TRequest>
        where TResponse : class, IMessage<TResponse>
    {
        var options = new CallOptions { Timeout = isShort ? _commandTimeout : null, CancellationToken = cancellation };
        return _channels[Volatile.Read(ref _current) % _channels.Length].OpenStream(method, options);
    }

    public void Dispose()
    {
        foreach (var channel in _channels)
        {
            channel.Dispose();
        }
    }

    private bool MayTryAgain(RpcException failure, CallKind kind) =>
        (failure.StatusCode == StatusCode.Unavailable && (kind == CallKind.Read || failure.IsUnreachable()))
        || (_channels.Length > 1 && IsOfLearner(failure));

    // A learner refuses the call before it does anything; another member serves it.
    private static bool IsOfLearner(RpcException failure) =>
        failure.StatusCode == StatusCode.FailedPrecondition && failure.Status.Detail == "etcdserver: rpc not supported for learner";
}
