using System.Diagnostics;
using MetaStore.LoadGen.Http2;
using MetaStore.LoadGen.Load;

namespace MetaStore.LoadGen.Leasing;

/// <summary>A connection with some LeaseKeepAlive streams.</summary>
internal sealed class KeepAliveConnection : ICallObserver, IDisposable
{
    private const string Path = "/etcdserverpb.Lease/LeaseKeepAlive";

    private readonly Target _target;
    private readonly IReadOnlyList<KeepAliveStream> _streams;
    private readonly Call[] _calls;
    private readonly Http2Connection _connection;
    private string? _end;
    private bool _isStarted;

    /// <summary>Begins to connect.</summary>
    /// <param name="target">A server.</param>
    /// <param name="streams">Its streams.</param>
    public KeepAliveConnection(Target target, IReadOnlyList<KeepAliveStream> streams)
    {
        _target = target;
        _streams = streams;
        _calls = [.. streams.Select(stream => new Call { Response = stream })];
        _connection = new Http2Connection(target, Math.Max(1, streams.Count), this);
        _connection.Open();
    }

    /// <summary>Bytes read and written so far.</summary>
    public (long Received, long Sent) Bytes => (_connection.BytesReceived, _connection.BytesSent);

    /// <summary>Continues as far as possible without waiting, and sets what to wait for.</summary>
    /// <param name="poller">Was waited with since the last call.</param>
    /// <param name="position">Of this connection.</param>
    /// <exception cref="IOException">The server has ended a stream or the connection.</exception>
    public void Go(Poller poller, int position)
    {
        if (_connection.WantsWrite && poller.CanWrite(position))
        {
            _connection.OnWritable();
        }

        if (_connection.State > ConnectionState.Connecting && poller.CanRead(position))
        {
            _connection.OnReadable();
        }

        Ask();
        _connection.Flush();
        if (_end is not null || _connection.State == ConnectionState.Closed)
        {
            throw new IOException($"{_target.Authority} has ended the stream: {_end ?? _connection.LastFault}");
        }

        poller.Watch(position, _connection.Descriptor, _connection.WantsWrite);
    }

    /// <inheritdoc/>
    public void OnCallEnded(Call call, int grpcStatus, string? message) => _end = message ?? $"status {grpcStatus}";

    /// <inheritdoc/>
    public void Dispose() => _connection.Dispose();

    private void Ask()
    {
        if (_isStarted)
        {
            for (int i = 0; i < _calls.Length; i++)
            {
                if (_streams[i].TakeDue() is { IsEmpty: false } due)
                {
                    _connection.Send(_calls[i], due.Span);
                }
            }
        }
        else if (_connection.CanStart)
        {
            _isStarted = true;
            for (int i = 0; i < _calls.Length; i++)
            {
                _connection.StartOpen(_calls[i], Path, _streams[i].TakeDue().ToArray(), Stopwatch.GetTimestamp());
            }
        }
    }
}
