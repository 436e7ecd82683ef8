using Google.Protobuf.Collections;
using Grpc.Core;
using MetaStore.Client.Endpoints;
using MetaStore.Protocol.V1;

namespace MetaStore.Client.Gathering;

/// <summary>One open stream of operations. Writes what has come while the last message was written or its results were handed out; ends its calls as their results come.</summary>
/// <remarks>
/// When it ends with calls open: those that the server cannot have are made alone, the others fail with Unavailable, since they may have taken
/// effect. A stream without calls closes itself. Safe for concurrent use.
/// </remarks>
internal sealed class GatheredStream : IDisposable
{
    /// <summary>A message is closed above one of these.</summary>
    private const int MessageOperationsMost = 512;
    private const int MessageBytesMost = 256 << 10;

    /// <summary>Deadlines are looked at this often; the server keeps them too.</summary>
    private static readonly TimeSpan SweepInterval = TimeSpan.FromMilliseconds(50);

    private static readonly TimeSpan IdleMost = TimeSpan.FromSeconds(10);

    private readonly DuplexCall<OperationBatch, OperationsResponse> _call;
    private readonly object _gate = new();

    // Guarded by the gate.
    private readonly Dictionary<ulong, GatheredCall> _open = [];
    private readonly Queue<GatheredCall> _waiting = new();
    private readonly WriteTurns _turns = new(MessageOperationsMost);

    private readonly OperationBatch _message = new();

    private readonly TimeProvider _time;
    private readonly Action<GatheredStream, RpcException?> _onEnded;
    private readonly ITimer _sweeper;
    private readonly Action _onResumed;
    private ulong _lastId;
    private ulong _sweptId;
    private long _usedAt;
    private bool _isClosed;
    private bool _hasResults;
    private volatile Exception? _writeFailure;

    /// <summary>Opens a stream; it connects with the first call.</summary>
    /// <param name="invoker">Carries it.</param>
    /// <param name="endpoint">Its server; for messages.</param>
    /// <param name="token">Sent as metadata; null for none.</param>
    /// <param name="time">Clock of deadlines.</param>
    /// <param name="ended">Called once, at its end; with the failure when the server did not take it.</param>
    public GatheredStream(CallInvoker invoker, Uri endpoint, string? token, TimeProvider time, Action<GatheredStream, RpcException?> ended)
    {
        Token = token;
        _time = time;
        _onEnded = ended;
        _onResumed = OnResumed;
        _usedAt = time.GetTimestamp();
        var headers = token is null ? null : new Metadata { { "token", token } };
        _call = new(invoker.AsyncDuplexStreamingCall(OperationBatch.Run, null, new CallOptions(headers)), endpoint, CancellationToken.None);
        _sweeper = time.CreateTimer(static stream => ((GatheredStream)stream!).Sweep(), this, SweepInterval, SweepInterval);
        _ = ReadAsync();
    }

    /// <summary>The token that its calls are made with.</summary>
    public string? Token { get; }

    /// <summary>Adds a call; false when the stream takes no more.</summary>
    public bool TryAdd(GatheredCall call)
    {
        bool isFirst;
        lock (_gate)
        {
            if (_isClosed)
            {
                return false;
            }

            call.ObserveToken();
            call.Id = ++_lastId;
            call.IsOpen = true;
            _open.Add(_lastId, call);
            _waiting.Enqueue(call);
            isFirst = _turns.OnAdded(_waiting.Count);
        }

        if (isFirst)
        {
            // The caller goes on: what it adds next may be in the same message.
            BeginWriting();
        }

        return true;
    }

    /// <summary>Takes no more calls; ends when those it has are over.</summary>
    public void Complete()
    {
        lock (_gate)
        {
            Close();
        }
    }

    /// <summary>Ends the stream at once.</summary>
    public void Dispose()
    {
        Complete();
        _call.Dispose();
    }

    /// <summary>The callers of one message of results are resumed: each has had its turn.</summary>
    private void OnResumed()
    {
        bool isFirst;
        lock (_gate)
        {
            isFirst = _turns.OnResumed(_waiting.Count);
        }

        if (isFirst)
        {
            _ = WriteAsync();
        }
    }

    private void BeginWriting() => ThreadPool.UnsafeQueueUserWorkItem(static stream => _ = stream.WriteAsync(), this, preferLocal: true);

    /// <summary>Call it with the gate.</summary>
    private void Close()
    {
        _isClosed = true;
        if (_turns.OnClosed())
        {
            BeginWriting();
        }
    }

    /// <summary>Runs while calls wait; at most one at a time. After a failure the reading side ends, too, and with it the calls.</summary>
    private async Task WriteAsync()
    {
        try
        {
            bool isLast;
            do
            {
                Fill();
                if (_message.Calls.Count > 0)
                {
                    await _call.WriteAsync(_message).ConfigureAwait(false);
                    _message.Calls.Clear();
                }
            }
            while (GoesOn(out isLast));

            if (isLast)
            {
                await _call.CompleteAsync().ConfigureAwait(false);
            }
        }
        catch (Exception failure)
        {
            _writeFailure = failure;
            _call.Dispose();
        }
    }

    private void Fill()
    {
        lock (_gate)
        {
            var bytes = 0;
            while (_message.Calls.Count < MessageOperationsMost && bytes < MessageBytesMost && _waiting.TryDequeue(out var call))
            {
                // One that is over was cancelled; one that is not open was too late, or the stream has ended.
                if (call.IsOpen && !call.IsOver)
                {
                    call.IsSent = true;
                    _message.Calls.Add(call);
                    bytes += call.RequestBytes;
                }
            }
        }
    }

    /// <summary>False when this thread has nothing more to write; then <paramref name="isLast"/> says that nothing will ever be.</summary>
    private bool GoesOn(out bool isLast)
    {
        lock (_gate)
        {
            isLast = _isClosed && _waiting.Count == 0;
            return _isClosed ? !isLast : _turns.GoesOn(_waiting.Count);
        }
    }

    private async Task ReadAsync()
    {
        RpcException? failure = null;
        try
        {
            while (await _call.ReadAsync().ConfigureAwait(false) is { } message)
            {
                Finish(message.Results);
            }
        }
        catch (Exception broken)
        {
            // Whatever it is, the calls end with it.
            failure = broken as RpcException ?? new RpcException(new Status(StatusCode.Internal, broken.Message, broken));
        }

        // A failed write ends the call, and reading it then only says that it was disposed.
        End(_writeFailure as RpcException ?? failure);
    }

    /// <summary>Ends calls. Their callers are resumed by the thread pool in this order, and what they call next is written together.</summary>
    private void Finish(RepeatedField<KvResult> results)
    {
        var calls = new GatheredCall?[results.Count];
        lock (_gate)
        {
            _hasResults = true;
            for (var i = 0; i < calls.Length; i++)
            {
                if (_open.Remove(results[i].Id, out calls[i]))
                {
                    calls[i]!.IsOpen = false;
                }
            }

            _turns.OnResults();
        }

        var count = 0;
        for (var i = 0; i < calls.Length; i++)
        {
            if (calls[i] is { } call && call.TryFinish(results[i]))
            {
                calls[count++] = call;
            }
        }

        new ResumedCalls(calls, count, _onResumed).Begin();
    }

    private void End(RpcException? failure)
    {
        List<GatheredCall> left;
        lock (_gate)
        {
            _isClosed = true;
            left = [.. _open.Values];
            left.ForEach(static call => call.IsOpen = false);
            _open.Clear();
        }

        _sweeper.Dispose();
        var isRefused = failure is not null && !_hasResults && GatheredOperation.NothingRan(failure);
        _onEnded(this, isRefused ? failure : null);
        _call.Dispose();
        foreach (var call in left.Where(static call => !call.IsOver))
        {
            if (isRefused || !call.IsSent)
            {
                call.SendAlone();
            }
            else
            {
                call.Fail(new Status(StatusCode.Unavailable, failure?.Status.Detail ?? "the stream of operations ended without a result", failure));
            }
        }
    }

    private void Sweep()
    {
        List<GatheredCall> late = [];
        lock (_gate)
        {
            var now = _time.GetTimestamp();
            foreach (var (id, call) in _open)
            {
                if (call.IsOver || call.DueAt <= now)
                {
                    _open.Remove(id);
                    call.IsOpen = false;
                    late.Add(call);
                }
            }

            (_sweptId, _usedAt) = (_lastId, _lastId == _sweptId ? _usedAt : now);
            if (_open.Count == 0 && _time.GetElapsedTime(_usedAt, now) > IdleMost)
            {
                Close();
            }
        }

        late.ForEach(static call => call.Fail(new Status(StatusCode.DeadlineExceeded, "")));
    }
}
