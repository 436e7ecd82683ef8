using System.Buffers.Binary;
using System.Diagnostics;
using MetaStore.LoadGen.Http2.Frames;
using MetaStore.LoadGen.Http2;
using MetaStore.LoadGen.Load;

namespace MetaStore.LoadGen.Watching;

/// <summary>A connection with one stream of watches on all keys of the load.</summary>
internal sealed class WatchConnection : ICallObserver, IDisposable
{
    private const string Path = "/etcdserverpb.Watch/Watch";

    private readonly WatchScanner _scanner = new();
    private readonly Http2Connection _connection;
    private readonly Target _target;
    private readonly int _watches;
    private string? _end;
    private bool _isStarted;

    /// <summary>Begins to connect.</summary>
    /// <param name="target">A server.</param>
    /// <param name="watches">How many to create.</param>
    public WatchConnection(Target target, int watches)
    {
        _target = target;
        _watches = watches;
        _connection = new Http2Connection(target, capacity: 1, this);
        _connection.Open();
    }

    /// <summary>Events so far; for any thread.</summary>
    public long Events => _scanner.Events;

    /// <summary>All watches are created; for any thread.</summary>
    public bool IsReady => _scanner.Created == _watches;

    /// <summary>Continues as far as possible without waiting, and returns what to wait for.</summary>
    /// <param name="poller">Was waited with since the last call.</param>
    /// <param name="position">Of this connection.</param>
    /// <exception cref="IOException">The server has ended the stream or the connection.</exception>
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

        if (!_isStarted && _connection.CanStart)
        {
            _connection.StartOpen(new Call { Response = _scanner }, Path, Creates(), Stopwatch.GetTimestamp());
            _isStarted = true;
        }

        _connection.Flush();
        if (_end is not null || _connection.State == ConnectionState.Closed)
        {
            throw new IOException($"{_target.Authority} has ended the watch: {_end ?? _connection.LastFault}");
        }

        poller.Watch(position, _connection.Descriptor, _connection.WantsWrite);
    }

    /// <inheritdoc/>
    public void OnCallEnded(Call call, int grpcStatus, string? message) => _end = message ?? $"status {grpcStatus}";

    /// <inheritdoc/>
    public void Dispose() => _connection.Dispose();

    /// <summary>WatchRequest.create_request for every watch: from "metaload/" to "metaload0".</summary>
    private byte[] Creates()
    {
        byte[] create = new ProtoWriter().Bytes(1, "metaload/"u8).Bytes(2, "metaload0"u8).ToArray();
        byte[] request = new ProtoWriter().Bytes(1, create).ToArray();
        byte[] frame = new byte[GrpcFrame.PrefixBytes + request.Length];
        BinaryPrimitives.WriteInt32BigEndian(frame.AsSpan(1), request.Length);
        request.CopyTo(frame, GrpcFrame.PrefixBytes);
        return [.. Enumerable.Repeat(frame, _watches).SelectMany(bytes => bytes)];
    }
}
