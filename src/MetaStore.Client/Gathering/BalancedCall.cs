using System.Diagnostics;
using System.Runtime.CompilerServices;
using Google.Protobuf;
using MetaStore.Client.Endpoints;

namespace MetaStore.Client.Gathering;

/// <summary>A gathered call of the client itself: the first try of a call that the balancer makes.</summary>
/// <remarks>
/// One object with the caller's task. A result completes the task; after anything else the balancer goes on as after any first try. Its builder gives failures
/// to the task as an asynchronous method does.
/// </remarks>
/// <typeparam name="TRequest">Message of its request.</typeparam>
/// <typeparam name="TResponse">Message of its response.</typeparam>
internal sealed class BalancedCall<TRequest, TResponse> : AnsweredCall<TResponse>
    where TRequest : class, IMessage
    where TResponse : class
{
    private readonly EndpointBalancer _balancer;
    private readonly RetriedCall<TRequest, TResponse> _call;
    private readonly int _endpoint;
    private AsyncTaskMethodBuilder<TResponse> _task = AsyncTaskMethodBuilder<TResponse>.Create();
    private Exception? _failure;

    /// <param name="invoker">Gathers the call.</param>
    /// <param name="balancer">Makes further tries.</param>
    /// <param name="call">What is called.</param>
    /// <param name="field">Field of KvOperation that the request is.</param>
    /// <param name="endpoint">Of the invoker.</param>
    public BalancedCall(GatheringInvoker invoker, EndpointBalancer balancer, in RetriedCall<TRequest, TResponse> call, int field, int endpoint)
        : base(invoker, call.Request, field, call.Cancellation)
    {
        (_balancer, _call, _endpoint) = (balancer, call, endpoint);
        Traceparent = GatheredOperation.TraceparentOf(Activity.Current);

        // The builder makes its task when it is asked for it first, and must be asked by one thread.
        Task = _task.Task;
    }

    /// <summary>What the caller waits for.</summary>
    public Task<TResponse> Task { get; }

    /// <inheritdoc/>
    public override void SendAlone()
    {
        if (TryLeave())
        {
            GoOn(null);
        }
    }

    /// <inheritdoc/>
    protected override void Complete(TResponse? response, Exception? failure)
    {
        if (failure is null)
        {
            _task.SetResult(response!);
        }
        else
        {
            GoOn(failure);
        }
    }

    private void GoOn(Exception? failure)
    {
        _failure = failure;
        RunAsCaller(static call => _ = ((BalancedCall<TRequest, TResponse>)call!).GoOnAsync());
    }

    /// <summary>Every failure is thrown to the caller.</summary>
    private async Task GoOnAsync()
    {
        TResponse response;
        try
        {
            response = await _balancer.TryAsync(_call, _failure, _endpoint).ConfigureAwait(false);
        }
        catch (Exception failure)
        {
            _task.SetException(failure);
            return;
        }

        _task.SetResult(response);
    }
}
