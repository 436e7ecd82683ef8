using Google.Protobuf;
using Grpc.Core;
using MetaStore.Protocol.V1;

namespace MetaStore.Client.Gathering;

/// <inheritdoc/>
/// <remarks>Its end is decided at once, by the first of result, failure and token; its caller is resumed later, by a thread of the pool.</remarks>
/// <typeparam name="TResponse">Message of its response.</typeparam>
/// <param name="invoker">Counts the call until its caller is resumed.</param>
/// <param name="request">As there.</param>
/// <param name="field">As there.</param>
/// <param name="token">The caller's.</param>
internal abstract class AnsweredCall<TResponse>(GatheringInvoker invoker, IMessage request, int field, CancellationToken token)
    : GatheredCall(request, field), IThreadPoolWorkItem
    where TResponse : class
{
    /// <summary>What the caller has in its asynchronous flow, its span among others; null when the flow is suppressed.</summary>
    private readonly ExecutionContext? _context = ExecutionContext.Capture();
    private CancellationTokenRegistration _cancellation;
    private int _isOver;

    // Set once, with the end.
    private TResponse? _response;
    private Exception? _failure;

    /// <inheritdoc/>
    public sealed override bool IsOver => Volatile.Read(ref _isOver) != 0;

    /// <inheritdoc/>
    public sealed override void ObserveToken()
    {
        if (token.CanBeCanceled)
        {
            _cancellation = token.UnsafeRegister(static call => ((AnsweredCall<TResponse>)call!).Cancel(), this);
        }
    }

    /// <inheritdoc/>
    public sealed override bool TryFinish(KvResult result) => result.Error is { } error ? TryEnd(null, new RpcException(new Status((StatusCode)error.Code, error.Message)))
        : GatheredOperation.ResponseOf(result) is TResponse response ? TryEnd(response, null)
        : TryEnd(null, new RpcException(new Status(StatusCode.Internal, "the result of an operation is one of another kind")));

    /// <inheritdoc/>
    public sealed override void Fail(Status status) => End(null, new RpcException(status));

    /// <inheritdoc/>
    public sealed override void Resume()
    {
        _cancellation.Unregister();
        invoker.OnCallEnded();
        Complete(_response, _failure);
    }

    void IThreadPoolWorkItem.Execute() => Resume();

    /// <summary>Completes what the caller waits for. One of the two is null.</summary>
    protected abstract void Complete(TResponse? response, Exception? failure);

    /// <summary>Ends the call, unless it has ended, and resumes its caller by the thread pool.</summary>
    protected void End(TResponse? response, Exception? failure)
    {
        if (TryEnd(response, failure))
        {
            ThreadPool.UnsafeQueueUserWorkItem(this, preferLocal: false);
        }
    }

    /// <summary>Ends the call without a result; false when it had ended before. Then nothing resumes its caller but what calls this.</summary>
    protected bool TryLeave()
    {
        if (!TryEnd(null, null))
        {
            return false;
        }

        _cancellation.Unregister();
        invoker.OnCallEnded();
        return true;
    }

    /// <summary>The token has fired.</summary>
    protected virtual void Cancel() => Fail(new Status(StatusCode.Cancelled, "the call was cancelled by the caller"));

    /// <summary>Runs something in the caller's asynchronous flow, as if it had begun it.</summary>
    protected void RunAsCaller(ContextCallback callback)
    {
        if (_context is null)
        {
            callback(this);
        }
        else
        {
            ExecutionContext.Run(_context, callback, this);
        }
    }

    private bool TryEnd(TResponse? response, Exception? failure)
    {
        if (Interlocked.Exchange(ref _isOver, 1) != 0)
        {
            return false;
        }

        (_response, _failure) = (response, failure);
        return true;
    }
}
