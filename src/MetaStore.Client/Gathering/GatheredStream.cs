using System.Threading.Channels;
using Grpc.Core;
using MetaStore.Client.Endpoints;
using MetaStore.Protocol.V1;

namespace MetaStore.Client.Gathering;

/// <summary>One open stream of operations. Writes what has come while the last message was written; ends its calls as their results come.</summary>
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

    private readonly DuplexCall<OperationsRequest, OperationsResponse> _call;
    private readonly Channel<GatheredCall> _queue = Channel.CreateUnbounded<GatheredCall>(new UnboundedChannelOptions { SingleReader = true });
    private readonly Dictionary<ulong, GatheredCall> _open = [];
    private readonly object _gate = new();
    private readonly TimeProvider _time;
    private readonly Action<GatheredStream, RpcException?> _ended;
    private readonly ITimer _sweeper;
    private ulong _lastId;
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
        _ended = ended;
        _usedAt = time.GetTimestamp();
        var headers = token is null ? null : new Metadata { { "token", token } };
        _call = new DuplexCall<OperationsRequest, OperationsResponse>(new Operations.OperationsClient(invoker).Run(headers), endpoint, CancellationToken.None);
        _sweeper = time.CreateTimer(static stream => ((GatheredStream)stream!).Sweep(), this, SweepInterval, SweepInterval);
        _ = WriteAsync();
        _ = ReadAsync();
    }

    /// <summary>The token that its calls are made with.</summary>
    public string? Token { get; }

    /// <summary>Adds a call; false when the stream takes no more.</summary>
    public bool TryAdd(GatheredCall call)
    {
        lock (_gate)
        {
            if (_isClosed)
            {
                return false;
            }

            call.ObserveToken();
            call.Operation.Id = ++_lastId;
            _open.Add(_lastId, call);
            _usedAt = _time.GetTimestamp();
            return _queue.Writer.TryWrite(call);
        }
    }

    /// <summary>Takes no more calls; ends when those it has are over.</summary>
    public void Complete()
    {
        lock (_gate)
        {
            _isClosed = true;
        }

        _queue.Writer.TryComplete();
    }

    /// <summary>Ends the stream at once.</summary>
    public void Dispose()
    {
        Complete();
        _call.Dispose();
    }

    /// <summary>Ends when the stream takes no more calls or is over. After a failure the reading side ends, too, and with it the calls.</summary>
    private async Task WriteAsync()
    {
        try
        {
            var message = new OperationsRequest();
            while (await _queue.Reader.WaitToReadAsync().ConfigureAwait(false))
            {
                Fill(message);
                if (message.Operations.Count > 0)
                {
                    await _call.WriteAsync(message).ConfigureAwait(false);
                    message.Operations.Clear();
                }
            }

            await _call.CompleteAsync().ConfigureAwait(false);
        }
        catch (Exception failure)
        {
            _writeFailure = failure;
            _call.Dispose();
        }
    }

    private void Fill(OperationsRequest message)
    {
        lock (_gate)
        {
            var bytes = 0;
            while (message.Operations.Count < MessageOperationsMost && bytes < MessageBytesMost && _queue.Reader.TryRead(out var call))
            {
                // One that is over was cancelled; one that is not open was too late, or the stream has ended.
                if (!call.IsOver && _open.ContainsKey(call.Operation.Id))
                {
                    call.IsSent = true;
                    message.Operations.Add(call.Operation);
                    bytes += call.Operation.CalculateSize();
                }
            }
        }
    }

    private async Task ReadAsync()
    {
        RpcException? failure = null;
        try
        {
            while (await _call.ReadAsync().ConfigureAwait(false) is { } message)
            {
                foreach (var result in message.Results)
                {
                    Take(result.Id)?.Finish(result);
                }
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

    private GatheredCall? Take(ulong id)
    {
        lock (_gate)
        {
            _hasResults = true;
            _open.Remove(id, out var call);
            return call;
        }
    }

    private void End(RpcException? failure)
    {
        GatheredCall[] left;
        lock (_gate)
        {
            _isClosed = true;
            left = [.. _open.Values];
            _open.Clear();
        }

        _queue.Writer.TryComplete();
        _sweeper.Dispose();
        var isRefused = failure is not null && !_hasResults && NothingRan(failure);
        _ended(this, isRefused ? failure : null);
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

    /// <summary>The server has refused the stream, or was not reached.</summary>
    private static bool NothingRan(RpcException failure) => failure.IsUnreachable()
        || failure.StatusCode is StatusCode.Unimplemented or StatusCode.FailedPrecondition or StatusCode.PermissionDenied or StatusCode.Unauthenticated
            or StatusCode.InvalidArgument;

    private void Sweep()
    {
        List<GatheredCall> late = [];
        lock (_gate)
        {
            var now = _time.GetUtcNow().UtcDateTime;
            foreach (var (id, call) in _open)
            {
                if (call.IsOver || call.Deadline <= now)
                {
                    _open.Remove(id);
                    late.Add(call);
                }
            }

            if (_open.Count == 0 && _time.GetElapsedTime(_usedAt) > IdleMost)
            {
                _isClosed = true;
                _queue.Writer.TryComplete();
            }
        }

        late.ForEach(static call => call.Fail(new Status(StatusCode.DeadlineExceeded, "")));
    }
}
