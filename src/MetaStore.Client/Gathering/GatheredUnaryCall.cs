using System.Diagnostics;
using Grpc.Core;
using MetaStore.Protocol.V1;

namespace MetaStore.Client.Gathering;

/// <inheritdoc/>
/// <remarks>
/// Its end is decided at once, and its caller is resumed by a work item in the queue that all threads of the pool share: callers whose results came
/// together go on in their order, and what is queued after them runs after them.
/// </remarks>
/// <typeparam name="TResponse">Message of its response.</typeparam>
internal sealed class GatheredUnaryCall<TResponse> : GatheredCall, IThreadPoolWorkItem
{
    private readonly TaskCompletionSource<TResponse> _task = new();
    private readonly CallOptions _options;
    private readonly Func<AsyncUnaryCall<TResponse>> _alone;
    private readonly Action _ended;
    private readonly Activity? _caller = Activity.Current;
    private CancellationTokenRegistration _cancellation;
    private AsyncUnaryCall<TResponse>? _call;
    private int _isOver;

    // Set once, with the end.
    private TResponse? _response;
    private Exception? _failure;

    /// <param name="operation">The request.</param>
    /// <param name="options">Of the call.</param>
    /// <param name="time">Clock of the timeout that is sent.</param>
    /// <param name="alone">Makes the unary call.</param>
    /// <param name="ended">Called once, at its end.</param>
    public GatheredUnaryCall(KvOperation operation, in CallOptions options, TimeProvider time, Func<AsyncUnaryCall<TResponse>> alone, Action ended)
        : base(operation, options.Deadline)
    {
        _options = options;
        _alone = alone;
        _ended = ended;
        if (_caller is { Recorded: true, IdFormat: ActivityIdFormat.W3C })
        {
            // The headers of the stream are those of no single call.
            operation.Traceparent = _caller.Id;
        }

        if (options.Deadline is { } deadline)
        {
            operation.TimeoutUs = Math.Max((long)(deadline - time.GetUtcNow().UtcDateTime).TotalMicroseconds, 1);
        }
    }

    /// <inheritdoc/>
    public override bool IsOver => Volatile.Read(ref _isOver) != 0;

    /// <summary>The call as its caller sees it.</summary>
    public AsyncUnaryCall<TResponse> ToUnaryCall() => new(
        _task.Task,
        static _ => Task.FromResult(new Metadata()),
        static call => ((GatheredUnaryCall<TResponse>)call).StatusOfEnd(),
        static call => ((GatheredUnaryCall<TResponse>)call)._call?.GetTrailers() ?? [],
        static call => ((GatheredUnaryCall<TResponse>)call).Cancel(),
        this);

    /// <inheritdoc/>
    public override void ObserveToken() =>
        _cancellation = _options.CancellationToken.UnsafeRegister(static call => ((GatheredUnaryCall<TResponse>)call!).Cancel(), this);

    /// <inheritdoc/>
    public override void Finish(KvResult result)
    {
        if (result.Error is { } error)
        {
            Fail(new Status((StatusCode)error.Code, error.Message));
        }
        else if (GatheredOperation.ResponseOf(result) is TResponse response)
        {
            End(response, null);
        }
        else
        {
            Fail(new Status(StatusCode.Internal, "the result of an operation is one of another kind"));
        }
    }

    /// <inheritdoc/>
    public override void Fail(Status status) => End(default, new RpcException(status));

    /// <inheritdoc/>
    public override void SendAlone() => _ = AloneAsync();

    /// <summary>Every failure ends the call, and is thrown to its caller.</summary>
    private async Task AloneAsync()
    {
        Activity.Current = _caller;
        try
        {
            _call = _alone();
            var response = await _call.ResponseAsync.ConfigureAwait(false);
            End(response, null);
        }
        catch (Exception failure)
        {
            End(default, failure);
        }
    }

    private void Cancel()
    {
        _call?.Dispose();
        if (!IsOver)
        {
            Fail(new Status(StatusCode.Cancelled, "the call was cancelled by the caller"));
        }
    }

    private void End(TResponse? response, Exception? failure)
    {
        if (Interlocked.Exchange(ref _isOver, 1) == 0)
        {
            (_response, _failure) = (response, failure);
            ThreadPool.UnsafeQueueUserWorkItem(this, preferLocal: false);
        }
    }

    void IThreadPoolWorkItem.Execute()
    {
        _cancellation.Unregister();
        _ended();
        if (_failure is null)
        {
            _task.SetResult(_response!);
        }
        else
        {
            _task.SetException(_failure);
        }
    }

    private Status StatusOfEnd() => _task.Task switch
    {
        { IsCompletedSuccessfully: true } => Status.DefaultSuccess,
        { IsCompleted: true } => _failure is RpcException rpc ? rpc.Status : new Status(StatusCode.Unknown, _failure!.Message),
        _ => throw new InvalidOperationException("the call is not over"),
    };
}
