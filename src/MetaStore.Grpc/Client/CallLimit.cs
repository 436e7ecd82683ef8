namespace MetaStore.Grpc.Client;

/// <summary>Ends a call when its deadline passes or its caller gives up, and remembers which of the two it was.</summary>
internal sealed class CallLimit : IDisposable
{
    private readonly CancellationTokenSource? _source;
    private readonly CancellationToken _callers;

    public CallLimit(CallOptions options, bool cancellable = false)
    {
        _callers = options.CancellationToken;
        if (options.Timeout is { } timeout)
        {
            _source = CancellationTokenSource.CreateLinkedTokenSource(_callers);
            _source.CancelAfter(timeout > TimeSpan.Zero ? timeout : TimeSpan.Zero);
            HasTimeout = true;
        }
        else if (cancellable)
        {
            _source = CancellationTokenSource.CreateLinkedTokenSource(_callers);
        }
    }

    public CancellationToken Token => _source?.Token ?? _callers;

    private bool HasTimeout { get; }

    public void Cancel() => _source?.Cancel();

    /// <summary>For an operation that has a token of its own besides; null when <see cref="Token"/> covers it already.</summary>
    public CancellationTokenSource? LinkedTo(CancellationToken own) =>
        own.CanBeCanceled && own != _callers ? CancellationTokenSource.CreateLinkedTokenSource(own, Token) : null;

    /// <summary>What the caller is to see because of a limit, or null when the exception has another cause.</summary>
    public Exception? Translate(Exception exception)
    {
        if (_callers.IsCancellationRequested)
        {
            return new OperationCanceledException(exception.Message, exception, _callers);
        }

        if (_source is { IsCancellationRequested: true })
        {
            return new RpcException(HasTimeout ? Status.DeadlineExceeded : Status.Cancelled, exception);
        }

        return null;
    }

    public void Dispose() => _source?.Dispose();
}
