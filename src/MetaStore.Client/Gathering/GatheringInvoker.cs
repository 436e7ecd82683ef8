using System.Diagnostics;
using Grpc.Core;

namespace MetaStore.Client.Gathering;

/// <summary>
/// Sends key-value calls that are made at the same time over one stream (metastore.v1.Operations), where the server has it. Callers see no difference: each
/// call keeps its own outcome, deadline and cancellation. Safe for concurrent use.
/// </summary>
/// <remarks>
/// A call that is alone is sent as it is, and so is one with metadata or credentials of its own, and every call while the server has no such
/// stream, as etcd. No call waits to be gathered: what comes while a message is being written is in the next one.
/// </remarks>
/// <param name="single">Carries unary calls.</param>
/// <param name="streaming">Carries the stream.</param>
/// <param name="endpoint">Its server; for messages.</param>
/// <param name="time">Clock of deadlines and pauses.</param>
internal sealed class GatheringInvoker(CallInvoker single, CallInvoker streaming, Uri endpoint, TimeProvider time) : CallInvoker, IDisposable
{
    /// <summary>Calls at once from which on they are gathered.</summary>
    internal const int GatherFrom = 4;

    /// <summary>How long a server without the stream is not asked again.</summary>
    private static readonly TimeSpan UnknownPause = TimeSpan.FromMinutes(1);

    /// <summary>The same for one that cannot be reached.</summary>
    private static readonly TimeSpan FailurePause = TimeSpan.FromSeconds(1);

    private readonly object _gate = new();
    private GatheredStream? _stream;
    private long _pausedAt;
    private TimeSpan _pause = TimeSpan.Zero;
    private int _running;
    private bool _isDisposed;

    /// <inheritdoc/>
    public override AsyncUnaryCall<TResponse> AsyncUnaryCall<TRequest, TResponse>(
        Method<TRequest, TResponse> method, string? host, CallOptions options, TRequest request)
    {
        if (!GatheredOperation.TryMake(request, options, out var operation))
        {
            return single.AsyncUnaryCall(method, host, options, request);
        }

        if (Interlocked.Increment(ref _running) >= GatherFrom)
        {
            var call = new GatheredUnaryCall<TResponse>(operation, options, time, () => single.AsyncUnaryCall(method, host, options, request), OnCallEnded);
            if (TryGather(call, options.Headers))
            {
                return call.ToUnaryCall();
            }
        }

        return Alone(method, host, options, request);
    }

    /// <inheritdoc/>
    public override TResponse BlockingUnaryCall<TRequest, TResponse>(Method<TRequest, TResponse> method, string? host, CallOptions options, TRequest request) =>
        single.BlockingUnaryCall(method, host, options, request);

    /// <inheritdoc/>
    public override AsyncServerStreamingCall<TResponse> AsyncServerStreamingCall<TRequest, TResponse>(
        Method<TRequest, TResponse> method, string? host, CallOptions options, TRequest request) => single.AsyncServerStreamingCall(method, host, options, request);

    /// <inheritdoc/>
    public override AsyncClientStreamingCall<TRequest, TResponse> AsyncClientStreamingCall<TRequest, TResponse>(
        Method<TRequest, TResponse> method, string? host, CallOptions options) => single.AsyncClientStreamingCall(method, host, options);

    /// <inheritdoc/>
    public override AsyncDuplexStreamingCall<TRequest, TResponse> AsyncDuplexStreamingCall<TRequest, TResponse>(
        Method<TRequest, TResponse> method, string? host, CallOptions options) => single.AsyncDuplexStreamingCall(method, host, options);

    /// <summary>Ends the stream; its calls fail.</summary>
    public void Dispose()
    {
        GatheredStream? last;
        lock (_gate)
        {
            _isDisposed = true;
            (last, _stream) = (_stream, null);
        }

        last?.Dispose();
    }

    private AsyncUnaryCall<TResponse> Alone<TRequest, TResponse>(Method<TRequest, TResponse> method, string? host, CallOptions options, TRequest request)
        where TRequest : class
        where TResponse : class
    {
        try
        {
            var call = single.AsyncUnaryCall(method, host, options, request);
            call.ResponseAsync.ContinueWith(
                static (_, invoker) => ((GatheringInvoker)invoker!).OnCallEnded(), this, CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
            return call;
        }
        catch
        {
            OnCallEnded();
            throw;
        }
    }

    private void OnCallEnded() => Interlocked.Decrement(ref _running);

    private bool TryGather(GatheredCall call, Metadata? headers)
    {
        lock (_gate)
        {
            if (_isDisposed || (_pause > TimeSpan.Zero && time.GetElapsedTime(_pausedAt) < _pause))
            {
                return false;
            }

            var token = GatheredOperation.TokenOf(headers);
            if (_stream is { } open && open.Token == token && open.TryAdd(call))
            {
                return true;
            }

            // The calls of another token end on their stream, which closes itself.
            _stream?.Complete();

            // The stream outlives the call that opens it, and is no part of its caller's trace.
            var caller = Activity.Current;
            Activity.Current = null;
            try
            {
                _stream = new GatheredStream(streaming, endpoint, token, time, OnStreamEnded);
            }
            catch (ObjectDisposedException)
            {
                // The channel is closed: the unary call says so.
                return false;
            }
            finally
            {
                Activity.Current = caller;
            }

            return _stream.TryAdd(call);
        }
    }

    private void OnStreamEnded(GatheredStream stream, RpcException? failure)
    {
        lock (_gate)
        {
            if (_stream == stream)
            {
                _stream = null;
            }

            if (failure is not null)
            {
                _pausedAt = time.GetTimestamp();
                _pause = failure.StatusCode == StatusCode.Unimplemented ? UnknownPause : FailurePause;
            }
        }
    }
}
