using Google.Protobuf;
using MetaStore.Grpc;
using MetaStore.Grpc.Client;

namespace MetaStore.Client.Endpoints;

/// <summary>Chooses the endpoint of each call: one until it fails, then the next. Safe for concurrent use.</summary>
/// <remarks>What is tried again is decided by <see cref="RetryRule"/>. Pauses between rounds of tries grow from 25 ms to 500 ms.</remarks>
internal sealed class EndpointBalancer : IDisposable
{
    private static readonly TimeSpan FirstPause = TimeSpan.FromMilliseconds(25);
    private static readonly TimeSpan LongestPause = TimeSpan.FromMilliseconds(500);

    private readonly IReadOnlyList<IEndpointChannel> _channels;
    private int _current;

    public EndpointBalancer(MetaStoreClientOptions options)
        : this([.. options.Endpoints.Select(endpoint => new GrpcEndpoint(endpoint, options))], options)
    {
    }

    /// <summary>Over channels that somebody else made; they are disposed with the balancer.</summary>
    public EndpointBalancer(IReadOnlyList<IEndpointChannel> channels, MetaStoreClientOptions options)
    {
        _channels = channels;
        Time = options.TimeProvider;
        CommandTimeout = options.CommandTimeout;
    }

    /// <summary>The clock of all waiting.</summary>
    public TimeProvider Time { get; }

    /// <summary>Time a unary call may take, retries included.</summary>
    public TimeSpan CommandTimeout { get; }

    /// <summary>The endpoint in use.</summary>
    public int Current => Volatile.Read(ref _current) % _channels.Count;

    /// <summary>Makes one unary call within the command timeout.</summary>
    public async Task<TResponse> CallAsync<TRequest, TResponse>(Method<TRequest, TResponse> method, TRequest request, CallKind kind, CancellationToken cancellation)
        where TRequest : class, IMessage<TRequest>
        where TResponse : class, IMessage<TResponse>
    {
        var began = Time.GetTimestamp();
        var pause = FirstPause;
        for (var tries = 1; ; tries++)
        {
            var chosen = Current;
            try
            {
                var options = new CallOptions { Timeout = CommandTimeout - Time.GetElapsedTime(began), CancellationToken = cancellation };
                return await _channels[chosen].UnaryAsync(method, request, options).ConfigureAwait(false);
            }
            catch (RpcException failure)
            {
                Judge(failure, chosen);
                if (!RetryRule.MayTryAgain(failure, kind, _channels.Count) || Time.GetElapsedTime(began) + pause >= CommandTimeout)
                {
                    throw;
                }
            }

            if (tries % _channels.Count == 0)
            {
                await Task.Delay(pause, Time, cancellation).ConfigureAwait(false);
                pause = pause * 2 < LongestPause ? pause * 2 : LongestPause;
            }
        }
    }

    /// <summary>Opens a stream to one endpoint. The caller disposes it; streams are never opened again by themselves.</summary>
    /// <param name="method">What to call.</param>
    /// <param name="endpoint">Where: normally <see cref="Current"/>.</param>
    /// <param name="options">A timeout covers the whole life of the stream.</param>
    public IStreamingCall<TRequest, TResponse> OpenStream<TRequest, TResponse>(Method<TRequest, TResponse> method, int endpoint, CallOptions options)
        where TRequest : class, IMessage<TRequest>
        where TResponse : class, IMessage<TResponse> => _channels[endpoint].OpenStream(method, options);

    /// <summary>Leaves the endpoint of a failed call when the failure says that it is the endpoint's.</summary>
    public void Judge(RpcException failure, int endpoint)
    {
        if (RetryRule.LeavesEndpoint(failure))
        {
            MoveOnFrom(endpoint);
        }
    }

    /// <summary>Calls go to the endpoint behind this one, unless they do already.</summary>
    public void MoveOnFrom(int endpoint) => Interlocked.CompareExchange(ref _current, (endpoint + 1) % _channels.Count, endpoint);

    public void Dispose()
    {
        foreach (var channel in _channels)
        {
            channel.Dispose();
        }
    }
}
