using System.Runtime.CompilerServices;
using Google.Protobuf;
using Grpc.Core;
using MetaStore.Client.Gathering;
using MetaStore.Client.Tokens;

namespace MetaStore.Client.Endpoints;

/// <summary>Chooses the endpoint of each call: one until it fails, then the next. Safe for concurrent use.</summary>
/// <remarks><see cref="RetryRule"/> decides what is retried. Pauses between rounds of tries grow from 25 ms to 500 ms.</remarks>
internal sealed class EndpointBalancer : IDisposable
{
    private static readonly TimeSpan FirstPause = TimeSpan.FromMilliseconds(25);
    private static readonly TimeSpan LongestPause = TimeSpan.FromMilliseconds(500);

    private readonly IReadOnlyList<EndpointClients> _endpoints;
    private readonly CallCredentials? _credentials;
    private readonly UserToken? _token;
    private readonly EndpointTls? _tls;

    // The command timeout, in microseconds and in ticks of the clock's timestamps.
    private readonly long _timeoutUs;
    private readonly long _timeoutTicks;
    private int _current;

    /// <summary>There is a user, who is not authenticated yet.</summary>
    public bool LacksToken => _token is { IsMissing: true };

    public EndpointBalancer(MetaStoreClientOptions options)
        : this(options, EndpointTls.Load(options.Tls))
    {
    }

    /// <summary>Uses the given clients, which are disposed with the balancer.</summary>
    public EndpointBalancer(IReadOnlyList<EndpointClients> endpoints, MetaStoreClientOptions options)
    {
        _endpoints = endpoints;
        _credentials = options.CallCredentials;
        _token = options.User is { } user ? new UserToken(user, options.Password ?? "") : null;
        Time = options.TimeProvider;
        CommandTimeout = options.CommandTimeout;
        _timeoutUs = Math.Max((long)CommandTimeout.TotalMicroseconds, 1);
        _timeoutTicks = (long)Math.Min(CommandTimeout.TotalSeconds * Time.TimestampFrequency, long.MaxValue / 2);
    }

    private EndpointBalancer(MetaStoreClientOptions options, EndpointTls? tls)
        : this([.. options.Endpoints.Select(endpoint => EndpointChannel.Open(endpoint, options, tls))], options) => _tls = tls;

    /// <summary>The clock of all waits.</summary>
    public TimeProvider Time { get; }

    /// <summary>Time a unary call may take, retries included.</summary>
    public TimeSpan CommandTimeout { get; }

    /// <summary>The endpoint in use.</summary>
    public int Current => Volatile.Read(ref _current) % _endpoints.Count;

    /// <summary>Makes one unary call within the command timeout.</summary>
    /// <param name="method">Calls a generated client.</param>
    /// <param name="request">Its request.</param>
    /// <param name="kind">Whether it may be retried.</param>
    /// <param name="cancellation">Cancels the call and the retries.</param>
    public Task<TResponse> CallAsync<TRequest, TResponse>(
        Func<EndpointClients, TRequest, CallOptions, AsyncUnaryCall<TResponse>> method, TRequest request, CallKind kind, CancellationToken cancellation)
        where TRequest : class, IMessage
        where TResponse : class
    {
        var call = new RetriedCall<TRequest, TResponse>(method, request, kind, Time.GetTimestamp(), cancellation);
        var chosen = Current;
        if (_token is null && _credentials is null && _endpoints[chosen].Gathering is { IsBusy: true } gathering && GatheredOperation.FieldOf(request) is not 0 and var field)
        {
            var gathered = new BalancedCall<TRequest, TResponse>(gathering, this, call, field, chosen) { TimeoutUs = _timeoutUs, DueAt = call.BeganAt + _timeoutTicks };
            if (gathering.TryStart(gathered))
            {
                return gathered.Task;
            }
        }

        return TryAsync(call, null, chosen);
    }

    /// <summary>Makes tries of a unary call, as long as its rule and the command timeout allow.</summary>
    /// <param name="call">The call.</param>
    /// <param name="failure">Of a try that was made; null for none.</param>
    /// <param name="chosen">Endpoint of that try.</param>
    internal async Task<TResponse> TryAsync<TRequest, TResponse>(RetriedCall<TRequest, TResponse> call, Exception? failure, int chosen)
    {
        var pause = FirstPause;
        var hasRenewed = false;
        for (var tries = 1; ; tries++)
        {
            CallOptions options = default;
            if (failure is null)
            {
                chosen = Current;
                try
                {
                    await EnsureTokenAsync(chosen, CommandTimeout - Time.GetElapsedTime(call.BeganAt), call.Cancellation).ConfigureAwait(false);
                    options = Options(CommandTimeout - Time.GetElapsedTime(call.BeganAt), null, call.Cancellation);
                    return await call.Method(_endpoints[chosen], call.Request, options).ResponseAsync.ConfigureAwait(false);
                }
                catch (Exception thrown) when (thrown is RpcException or ObjectDisposedException)
                {
                    failure = thrown;
                }
            }

            var seen = CallFailure.Of(failure, _endpoints[chosen].Address, call.Cancellation)!;
            failure = null;
            if (!hasRenewed && seen is RpcException refused && ForgetToken(refused.Status.Detail, options.Headers))
            {
                hasRenewed = true;
                continue;
            }

            if (seen is not RpcException status || !MayTryAgain(status, call.Kind, chosen) || Time.GetElapsedTime(call.BeganAt) + pause >= CommandTimeout)
            {
                throw seen;
            }

            if (tries % _endpoints.Count == 0)
            {
                await Task.Delay(pause, Time, call.Cancellation).ConfigureAwait(false);
                pause = pause * 2 < LongestPause ? pause * 2 : LongestPause;
            }
        }
    }

    /// <summary>The parts of the answer of a server-streaming call to the endpoint in use, without a time limit. One try.</summary>
    public async IAsyncEnumerable<TResponse> StreamAsync<TRequest, TResponse>(
        Func<EndpointClients, TRequest, CallOptions, AsyncServerStreamingCall<TResponse>> method, TRequest request, [EnumeratorCancellation] CancellationToken cancellation)
    {
        var chosen = Current;
        await EnsureTokenAsync(chosen, CommandTimeout, cancellation).ConfigureAwait(false);
        using var call = Open(chosen, clients => method(clients, request, Options(null, null, cancellation)), cancellation);
        while (await NextAsync(call.ResponseStream, chosen, cancellation).ConfigureAwait(false))
        {
            yield return call.ResponseStream.Current;
        }
    }

    /// <summary>Requests a token for the client's user if there is one and it has none; before <see cref="OpenDuplex"/>.</summary>
    /// <param name="endpoint">The endpoint that is asked.</param>
    /// <param name="timeout">Of the request.</param>
    /// <param name="cancellation">Ends it.</param>
    /// <exception cref="RpcException">There is none, as after a failed call: the endpoint is left when the failure is its own.</exception>
    public Task EnsureTokenAsync(int endpoint, TimeSpan timeout, CancellationToken cancellation) =>
        _token is null ? Task.CompletedTask : EnsureAsync(_token, endpoint, timeout, cancellation);

    /// <summary>Forgets the token if a failure says that it is not accepted: then the call can be made again.</summary>
    /// <param name="text">Of the failure.</param>
    /// <param name="headers">Of the call; null = those that a call would have now.</param>
    public bool ForgetToken(string text, Metadata? headers = null)
    {
        if (_token is null || !UserToken.IsRefusal(text))
        {
            return false;
        }

        _token.Forget(headers ?? _token.With(null));
        return true;
    }

    /// <summary>Opens a call with two streams to one endpoint. The caller disposes it; it is never reopened automatically.</summary>
    /// <param name="method">Calls a generated client.</param>
    /// <param name="endpoint">The endpoint: normally <see cref="Current"/>.</param>
    /// <param name="timeout">Covers the whole life of the call; null for none.</param>
    /// <param name="headers">Metadata to send; null for none.</param>
    /// <param name="cancellation">Ends the call.</param>
    public DuplexCall<TRequest, TResponse> OpenDuplex<TRequest, TResponse>(
        Func<EndpointClients, CallOptions, AsyncDuplexStreamingCall<TRequest, TResponse>> method,
        int endpoint,
        TimeSpan? timeout,
        Metadata? headers,
        CancellationToken cancellation)
        where TRequest : class
        where TResponse : class =>
        new(Open(endpoint, clients => method(clients, Options(timeout, headers, cancellation)), cancellation), _endpoints[endpoint].Address, cancellation);

    /// <summary>Leaves the endpoint of a failed call when the failure is the endpoint's.</summary>
    public void Judge(RpcException failure, int endpoint)
    {
        if (RetryRule.LeavesEndpoint(failure))
        {
            MoveOnFrom(endpoint);
        }
    }

    /// <summary>Later calls go to the endpoint after this one, unless another call has moved on already.</summary>
    public void MoveOnFrom(int endpoint) => Interlocked.CompareExchange(ref _current, (endpoint + 1) % _endpoints.Count, endpoint);

    public void Dispose()
    {
        foreach (var endpoint in _endpoints)
        {
            endpoint.Dispose();
        }

        _tls?.Dispose();
        _token?.Dispose();
    }

    private async Task EnsureAsync(UserToken token, int endpoint, TimeSpan timeout, CancellationToken cancellation)
    {
        try
        {
            await token.EnsureAsync(_endpoints[endpoint], DateTime.UtcNow + timeout, cancellation).ConfigureAwait(false);
        }
        catch (Exception failure) when (failure is RpcException or ObjectDisposedException)
        {
            throw Seen(failure, endpoint, cancellation);
        }
    }

    /// <summary>The failure as callers see it. Leaves the endpoint when the failure is its own.</summary>
    private Exception Seen(Exception failure, int endpoint, CancellationToken cancellation)
    {
        var seen = CallFailure.Of(failure, _endpoints[endpoint].Address, cancellation) ?? failure;
        if (seen is RpcException status)
        {
            Judge(status, endpoint);
        }

        return seen;
    }

    private bool MayTryAgain(RpcException failure, CallKind kind, int endpoint)
    {
        Judge(failure, endpoint);
        return RetryRule.MayTryAgain(failure, kind, _endpoints.Count);
    }

    private TCall Open<TCall>(int endpoint, Func<EndpointClients, TCall> open, CancellationToken cancellation)
    {
        try
        {
            return open(_endpoints[endpoint]);
        }
        catch (Exception failure) when (failure is RpcException or ObjectDisposedException)
        {
            throw CallFailure.Of(failure, _endpoints[endpoint].Address, cancellation)!;
        }
    }

    private async Task<bool> NextAsync<TResponse>(IAsyncStreamReader<TResponse> parts, int endpoint, CancellationToken cancellation)
    {
        try
        {
            return await parts.MoveNext(CancellationToken.None).ConfigureAwait(false);
        }
        catch (Exception failure) when (CallFailure.Of(failure, _endpoints[endpoint].Address, cancellation) is not null)
        {
            throw Seen(failure, endpoint, cancellation);
        }
    }

    /// <summary>Grpc.Net.Client measures deadlines by the system's clock.</summary>
    private CallOptions Options(TimeSpan? timeout, Metadata? headers, CancellationToken cancellation) =>
        new(_token is null ? headers : _token.With(headers), timeout is { } limit ? DateTime.UtcNow + limit : null, cancellation, credentials: _credentials);
}
