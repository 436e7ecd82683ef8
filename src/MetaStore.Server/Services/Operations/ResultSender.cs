using Grpc.Core;
using MetaStore.IO;
using MetaStore.Protocol.V1;
using MetaStore.Server.Apply;

namespace MetaStore.Server.Services.Operations;

/// <summary>Sends the results of one stream as they are ready, all that are in one message. A client that leaves is no failure.</summary>
/// <remarks>
/// It has no loop that waits: the first result begins to send, and what comes meanwhile is sent next. Results of one group of applied entries come
/// from one work item, and sending begins at its end, on the same thread (<see cref="AfterCompletion"/>): a wake-up per message less, and larger messages.
/// </remarks>
/// <param name="responses">Takes the messages.</param>
/// <param name="end">Cancelled when the client does not read any more.</param>
/// <param name="sent">Called with the number of results in each message that was sent, or never will be.</param>
/// <param name="metrics">Counts messages.</param>
internal sealed class ResultSender(
    IServerStreamWriter<OperationsResponse> responses, CancellationTokenSource end, Action<int> sent, OperationMetrics metrics) : IThreadPoolWorkItem
{
    /// <summary>A message with results is closed above one of these; a single result may be larger.</summary>
    private const int MessageResultsMost = 1024;
    private const int MessageBytesMost = 256 << 10;

    private readonly Lock _gate = new();
    private readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly OperationsResponse _message = new();
    private readonly List<FinishedOperation> _held = [];

    // Guarded by the gate.
    private List<FinishedOperation> _finished = [];
    private bool _isSending;
    private bool _hasFailed;

    /// <summary>Operations without a finished result, and one more while the stream is read.</summary>
    private int _open = 1;

    // The sending side's.
    private List<FinishedOperation> _taken = [];
    private int _unsent;

    /// <summary>Results cannot be sent any more.</summary>
    private bool _isGone;

    /// <summary>Completes when the last result is sent after <see cref="Complete"/>.</summary>
    public Task Ended => _ended.Task;

    /// <summary>Operations without a result, and results that are not sent.</summary>
    public (int Open, int Unsent) Counts
    {
        get
        {
            lock (_gate)
            {
                return (Math.Max(0, _open - 1), _finished.Count + Volatile.Read(ref _unsent));
            }
        }
    }

    /// <summary>An operation is started.</summary>
    public void Open()
    {
        lock (_gate)
        {
            _open++;
        }
    }

    /// <summary>It has a result.</summary>
    public void Add(in FinishedOperation finished)
    {
        lock (_gate)
        {
            _open--;
            if (_hasFailed)
            {
                finished.Call.ReleaseHold();
                return;
            }

            _finished.Add(finished);
            if (_isSending)
            {
                return;
            }

            _isSending = true;
        }

        AfterCompletion.Run(this, BackgroundWork.ThreadPool);
    }

    /// <summary>No more operations are started.</summary>
    public void Complete()
    {
        lock (_gate)
        {
            _open--;
            if (_open > 0 || _isSending)
            {
                return;
            }
        }

        _ended.TrySetResult();
    }

    /// <summary>The stream has to end: results that come later are dropped.</summary>
    public void Fail(Exception failure)
    {
        DropLater();
        _ended.TrySetException(failure);
    }

    void IThreadPoolWorkItem.Execute() => _ = SendAsync();

    private async Task SendAsync()
    {
        try
        {
            while (Take())
            {
                for (int next = 0; next < _taken.Count;)
                {
                    next = Fill(next);
                    await WriteAsync();
                    Volatile.Write(ref _unsent, _taken.Count - next);
                    Release(next);
                }

                _taken.Clear();
            }
        }
        catch (Exception failure)
        {
            await end.CancelAsync();
            DropLater();
            ReleaseUnsent();
            _ended.TrySetException(failure);
        }
    }

    private void DropLater()
    {
        lock (_gate)
        {
            _hasFailed = true;
        }
    }

    /// <summary>Gives back what is held for results that are never sent. Nothing sends any more, and nothing is added.</summary>
    private void ReleaseUnsent()
    {
        foreach (FinishedOperation finished in _taken.TakeLast(_unsent).Concat(_finished))
        {
            finished.Call.ReleaseHold();
        }
    }

    /// <summary>False when there is nothing to send: the next result begins again.</summary>
    private bool Take()
    {
        lock (_gate)
        {
            if (_finished.Count > 0)
            {
                (_finished, _taken) = (_taken, _finished);
                Volatile.Write(ref _unsent, _taken.Count);
                return true;
            }

            _isSending = false;
            if (_open > 0)
            {
                return false;
            }
        }

        _ended.TrySetResult();
        return false;
    }

    /// <summary>Puts the next results into the message; returns the position after them.</summary>
    private int Fill(int next)
    {
        int bytes = 0;
        while (next < _taken.Count && _message.Results.Count < MessageResultsMost && bytes < MessageBytesMost)
        {
            FinishedOperation finished = _taken[next++];
            _message.Results.Add(finished.Result);
            bytes += finished.Result.CalculateSize();
            if (finished.Call.HoldsResponse)
            {
                _held.Add(finished);
            }
        }

        return next;
    }

    private async Task WriteAsync()
    {
        try
        {
            // After a failure the rest is only taken from the queue, so that what is held for it is released.
            Task writing = _isGone ? Task.CompletedTask : responses.WriteAsync(_message);
            foreach (FinishedOperation finished in _held)
            {
                await finished.Call.WhileSendingAsync(new ValueTask(writing));
            }

            await writing;
            metrics.OnSent(_isGone ? 0 : _message.Results.Count);
        }
        catch (Exception gone) when (gone is RpcException or OperationCanceledException or IOException or InvalidOperationException)
        {
            _isGone = true;
            await end.CancelAsync();
        }
    }

    /// <summary>The results up to a position are sent, or never will be.</summary>
    private void Release(int next)
    {
        int count = _message.Results.Count;
        for (int at = next - count; at < next; at++)
        {
            _taken[at].Release();
        }

        _message.Results.Clear();
        _held.Clear();
        sent(count);
    }
}
