using System.Diagnostics;
using Google.Protobuf;
using Grpc.Core;

namespace MetaStore.Client.Gathering;

/// <summary>A gathered call that was made through a <see cref="CallInvoker"/>, below the interceptors.</summary>
/// <inheritdoc/>
internal sealed class InvokedCall<TResponse> : AnsweredCall<TResponse>
    where TResponse : class
{
    private readonly TaskCompletionSource<TResponse> _task = new();
    private readonly Func<AsyncUnaryCall<TResponse>> _alone;
    private AsyncUnaryCall<TResponse>? _call;
    private Exception? _failure;

    /// <param name="invoker">Counts the call.</param>
    /// <param name="request">The request.</param>
    /// <param name="field">Field of KvOperation that it is.</param>
    /// <param name="options">Of the call.</param>
    /// <param name="time">Clock of the timeout that is sent.</param>
    /// <param name="alone">Makes the unary call.</param>
    public InvokedCall(GatheringInvoker invoker, IMessage request, int field, in CallOptions options, TimeProvider time, Func<AsyncUnaryCall<TResponse>> alone)
        : base(invoker, request, field, options.CancellationToken)
    {
        _alone = alone;
        Traceparent = GatheredOperation.TraceparentOf(Activity.Current);
        if (options.Deadline is { } deadline)
        {
            var timeout = deadline - time.GetUtcNow().UtcDateTime;
            TimeoutUs = Math.Max((long)timeout.TotalMicroseconds, 1);
            DueAt = time.GetTimestamp() + (long)(timeout.TotalSeconds * time.TimestampFrequency);
        }
    }

    /// <summary>The call as its caller sees it.</summary>
    public AsyncUnaryCall<TResponse> ToUnaryCall() => new(
        _task.Task,
        static _ => Task.FromResult(new Metadata()),
        static call => ((InvokedCall<TResponse>)call).StatusOfEnd(),
        static call => ((InvokedCall<TResponse>)call)._call?.GetTrailers() ?? [],
        static call => ((InvokedCall<TResponse>)call).Cancel(),
        this);

    /// <inheritdoc/>
    public override void SendAlone() => RunAsCaller(static call => _ = ((InvokedCall<TResponse>)call!).AloneAsync());

    /// <inheritdoc/>
    protected override void Complete(TResponse? response, Exception? failure)
    {
        if (failure is null)
        {
            _task.SetResult(response!);
        }
        else
        {
            _failure = failure;
            _task.SetException(failure);
        }
    }

    /// <inheritdoc/>
    protected override void Cancel()
    {
        _call?.Dispose();
        if (!IsOver)
        {
            base.Cancel();
        }
    }

    /// <summary>Every failure ends the call, and is thrown to its caller.</summary>
    private async Task AloneAsync()
    {
        try
        {
            _call = _alone();
            var response = await _call.ResponseAsync.ConfigureAwait(false);
            End(response, null);
        }
        catch (Exception failure)
        {
            End(null, failure);
        }
    }

    private Status StatusOfEnd() => _task.Task switch
    {
        { IsCompletedSuccessfully: true } => Status.DefaultSuccess,
        { IsCompleted: true } => _failure is RpcException rpc ? rpc.Status : new Status(StatusCode.Unknown, _failure!.Message),
        _ => throw new InvalidOperationException("the call is not over"),
    };
}
