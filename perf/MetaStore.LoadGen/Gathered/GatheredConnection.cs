using MetaStore.LoadGen.Http2;
using MetaStore.LoadGen.Load;

namespace MetaStore.LoadGen.Gathered;

/// <summary>A connection whose calls are operations of one stream of metastore.v1.Operations/Run: what starts between two writes is one message.</summary>
/// <remarks>One thread runs it, as <see cref="Http2Connection"/>. When the stream ends, its operations end with the stream's status.</remarks>
internal sealed class GatheredConnection : ILoadConnection, ICallObserver, IResponseBytes
{
    /// <summary>Operations without a result; the server reads no further beyond these.</summary>
    private const int OpenMost = 1024;

    private const string Path = "/metastore.v1.Operations/Run";

    private readonly Http2Connection _connection;
    private readonly ICallObserver _observer;
    private readonly OperationWriter _message = new();
    private readonly ResultReader _results;
    private StreamTable _open = new();
    private Call? _stream;
    private long _now;

    /// <summary>Makes a closed connection.</summary>
    /// <param name="target">Where to.</param>
    /// <param name="observer">Receives the ends of operations.</param>
    public GatheredConnection(Target target, ICallObserver observer)
    {
        _connection = new Http2Connection(target, capacity: 1, this);
        _observer = observer;
        _results = new ResultReader(End);
    }

    /// <inheritdoc/>
    public ConnectionState State => _connection.State;

    /// <inheritdoc/>
    public int Running => _open.Count;

    /// <inheritdoc/>
    public bool CanStart => _open.Count < OpenMost && (_stream is null ? _connection.CanStart : _connection.CanSend);

    /// <inheritdoc/>
    public int Descriptor => _connection.Descriptor;

    /// <inheritdoc/>
    public bool WantsWrite => _connection.WantsWrite;

    /// <inheritdoc/>
    public long BytesReceived => _connection.BytesReceived;

    /// <inheritdoc/>
    public long BytesSent => _connection.BytesSent;

    /// <inheritdoc/>
    public void Open() => _connection.Open();

    /// <inheritdoc/>
    public void Start(Call call, string path, ReadOnlySpan<byte> message, long now)
    {
        _open.Add(call);
        call.StartedAt = _now = now;
        _message.Add((uint)call.StreamId, path, message);
    }

    /// <inheritdoc/>
    public void Flush()
    {
        if (_message.Count > 0 && State == ConnectionState.Open)
        {
            if (_stream is { } stream)
            {
                _connection.Send(stream, _message.Message().Span);
            }
            else
            {
                _results.Clear();
                _stream = new Call { Response = this };
                _connection.StartOpen(_stream, Path, _message.Message().ToArray(), _now);
            }

            _message.Clear();
        }

        _connection.Flush();
    }

    /// <inheritdoc/>
    public void OnWritable() => _connection.OnWritable();

    /// <inheritdoc/>
    public void OnReadable() => _connection.OnReadable();

    /// <inheritdoc/>
    /// <remarks>The server still runs them; their results are not looked at.</remarks>
    public void CancelStartedBefore(long timestamp)
    {
        foreach (Call call in _open.RemoveOldest(call => call.StartedAt < timestamp))
        {
            _observer.OnCallEnded(call, GrpcStatus.DeadlineExceeded, "no answer in time");
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _connection.Dispose();

    /// <summary>The stream has ended, and with it the connection: the loop opens it again.</summary>
    void ICallObserver.OnCallEnded(Call call, int grpcStatus, string? message)
    {
        _stream = null;
        _message.Clear();
        StreamTable ended = _open;
        _open = new StreamTable();
        foreach (Call open in ended.RemoveOldest(static _ => true))
        {
            _observer.OnCallEnded(open, grpcStatus == GrpcStatus.Ok ? GrpcStatus.Unavailable : grpcStatus, message ?? "the stream ended without a result");
        }
    }

    /// <inheritdoc/>
    void IResponseBytes.OnBytes(ReadOnlySpan<byte> bytes) => _results.Add(bytes);

    private void End(uint id, int grpcStatus, string? message)
    {
        if (_open.Find((int)id) is { } call)
        {
            _open.Remove(call);
            _observer.OnCallEnded(call, grpcStatus, message);
        }

        if (_open.Exhausted)
        {
            _connection.Close("operation ids are used up");
        }
    }
}
