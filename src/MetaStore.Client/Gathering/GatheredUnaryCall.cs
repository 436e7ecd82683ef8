using System.Diagnostics;
using Grpc.Core;
using MetaStore.Protocol.V1;

namespace MetaStore.Client.Gathering;

/// <inheritdoc/>
/// <typeparam name="TResponse">Message of its response.</typeparam>
internal sealed class GatheredUnaryCall<TResponse> : GatheredCall
{
    private readonly TaskCompletionSource<TResponse> _response = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly CallOptions _options;
    private readonly Func<AsyncUnaryCall<TResponse>> _alone;
    private readonly Action _ended;
    private readonly Activity? _caller = Activity.Current;
    private CancellationTokenRegistration _cancellation;
    private AsyncUnaryCall<TResponse>? _call;
    private Status _status = Status.DefaultSuccess;

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
    public override bool IsOver => _response.Task.IsCompleted;

    /// <summary>The call as its caller sees it.</summary>
    public AsyncUnaryCall<TResponse> ToUnaryCall() => new(
        _response.Task,
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
            if (_response.TrySetResult(response))
            {
                End();
            }
        }
        else
        {
            Fail(new Status(StatusCode.Internal, "the result of an operation is one of another kind"));
        }
    }

    /// <inheritdoc/>
    public override void Fail(Status status) => Fail(new RpcException(status));

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
            if (_response.TrySetResult(response))
            {
                End();
            }
        }
        catch (Exception failure)
        {
            Fail(failure);
        }
    }

    private void Fail(Exception failure)
    {
        if (_response.TrySetException(failure))
        {
            _status = failure is RpcException rpc ? rpc.Status : new Status(StatusCode.Unknown, failure.Message);
            End();
        }
    }

    private void Cancel()
    {
        _call?.Dispose();
        Fail(new Status(StatusCode.Cancelled, "the call was cancelled by the caller"));
    }

    private void End()
    {
        _cancellation.Unregister();
        _ended();
    }

    private Status StatusOfEnd() => IsOver ? _status : throw new InvalidOperationException("the call is not over");
}
