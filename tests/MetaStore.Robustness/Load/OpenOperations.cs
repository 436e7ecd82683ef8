using System.Threading.Channels;
using Grpc.Core;
using MetaStore.Protocol.V1;

namespace MetaStore.Robustness.Load;

/// <summary>One stream of operations. When it breaks, every operation without a result fails: it may have taken effect.</summary>
internal sealed class OpenOperations : IDisposable
{
    private readonly AsyncDuplexStreamingCall<OperationsRequest, OperationsResponse> _call;
    private readonly Channel<KvOperation> _waiting = Channel.CreateUnbounded<KvOperation>(new UnboundedChannelOptions { SingleReader = true });
    private readonly Dictionary<ulong, TaskCompletionSource<KvResult>> _open = [];
    private readonly Lock _gate = new();
    private ulong _lastId;
    private RpcException? _failure;

    public OpenOperations(AsyncDuplexStreamingCall<OperationsRequest, OperationsResponse> call)
    {
        _call = call;
        Ended = Task.WhenAll(EndAfterAsync(WriteAsync), EndAfterAsync(ReadAsync));
    }

    /// <summary>Completes when both directions are over; never fails.</summary>
    public Task Ended { get; }

    /// <summary>It takes no more operations.</summary>
    public bool IsOver
    {
        get
        {
            lock (_gate)
            {
                return _failure is not null;
            }
        }
    }

    /// <summary>Sends an operation and waits for its result.</summary>
    public Task<KvResult> RunAsync(KvOperation operation)
    {
        var result = new TaskCompletionSource<KvResult>(TaskCreationOptions.RunContinuationsAsynchronously);
        lock (_gate)
        {
            if (_failure is not null)
            {
                return Task.FromException<KvResult>(_failure);
            }

            operation.Id = ++_lastId;
            _open.Add(operation.Id, result);
        }

        _waiting.Writer.TryWrite(operation);
        return result.Task;
    }

    public void Dispose() => _call.Dispose();

    private async Task WriteAsync()
    {
        while (await _waiting.Reader.WaitToReadAsync())
        {
            var message = new OperationsRequest();
            while (_waiting.Reader.TryRead(out KvOperation? operation))
            {
                message.Operations.Add(operation);
            }

            await _call.RequestStream.WriteAsync(message);
        }
    }

    private async Task ReadAsync()
    {
        while (await _call.ResponseStream.MoveNext(CancellationToken.None))
        {
            foreach (KvResult result in _call.ResponseStream.Current.Results)
            {
                TaskCompletionSource<KvResult>? waiting;
                lock (_gate)
                {
                    _open.Remove(result.Id, out waiting);
                }

                if (waiting?.TrySetResult(result) != true)
                {
                    throw new RpcException(new Status(StatusCode.Internal, $"a result for operation {result.Id}, which is not open"));
                }
            }
        }
    }

    private async Task EndAfterAsync(Func<Task> run)
    {
        RpcException failure = new(new Status(StatusCode.Unavailable, "the stream has ended"));
        try
        {
            await run();
        }
        catch (RpcException broken)
        {
            failure = broken;
        }
        catch (Exception broken) when (broken is ObjectDisposedException or InvalidOperationException or OperationCanceledException)
        {
            failure = new RpcException(new Status(StatusCode.Unavailable, broken.Message));
        }

        List<TaskCompletionSource<KvResult>> left;
        lock (_gate)
        {
            _failure ??= failure;
            left = [.. _open.Values];
            _open.Clear();
        }

        _waiting.Writer.TryComplete();
        _call.Dispose();
        left.ForEach(operation => operation.TrySetException(failure));
    }
}
