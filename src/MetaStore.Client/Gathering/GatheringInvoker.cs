using System.Diagnostics;
using Google.Protobuf;
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
    private volatile GatheredStream? _stream;
    private long _pausedAt;
    private TimeSpan _pause = TimeSpan.Zero;
    private int _running;
    private bool _isDisposed;

    /// <inheritdoc/>
    public override AsyncUnaryCall<TResponse> AsyncUnaryCall<TRequest, TResponse>(
        Method<TRequest, TResponse> method, string? host, CallOptions options, TRequest request)
    {
        var field = GatheredOperation.FieldOf(request);
        if (field == 0 || !GatheredOperation.MayShare(options))
        {
            return single.AsyncUnaryCall(method, host, options, request);
        }

        if (Interlocked.Increment(ref _running) >= GatherFrom)
        {
            var call = new InvokedCall<TResponse>(this, (IMessage)request, field, options, time, () => single.AsyncUnaryCall(method, host, options, request));
            if (TryGather(call, GatheredOperation.TokenOf(options.Headers)))
            {
                return call.ToUnaryCall();
            }
        }

        return Alone(method, host, options, request);
    }

    /// <summary>Another call now is not alone.</summary>
    public bool IsBusy => Volatile.Read(ref _running) + 1 >= GatherFrom;

    /// <summary>Makes a call without a token as an operation of the stream; false when nothing has happened and it must be made as a unary one.</summary>
    public bool TryStart(GatheredCall call)
    {
        if (Interlocked.Increment(ref _running) >= GatherFrom && TryGather(call, token: null))
        {
            return true;
        }

        OnCallEnded();
        return false;
    }

    /// <summary>A call that was started has ended.</summary>
    public void OnCallEnded() => Interlocked.Decrement(ref _running);

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

    private bool TryGather(GatheredCall call, string? token)
    {
        if (call.RequestBytes > GatheredOperation.BytesMost)
        {
            return false;
        }

        if (_stream is { } current && current.Token == token && current.TryAdd(call))
        {
            return true;
        }

        lock (_gate)
        {
            if (_isDisposed || (_pause > TimeSpan.Zero && time.GetElapsedTime(_pausedAt) < _pause))
            {
                return false;
            }

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
