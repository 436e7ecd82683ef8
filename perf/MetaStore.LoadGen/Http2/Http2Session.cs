using System.Buffers.Binary;
using MetaStore.LoadGen.Http2.Frames;
using MetaStore.LoadGen.Http2.Hpack;
using MetaStore.LoadGen.Load;

namespace MetaStore.LoadGen.Http2;

/// <summary>The protocol on one connection, without the socket: frames in, frames out, calls that start and end.</summary>
/// <remarks>Thread: the one that runs the connection. Nothing is allocated per call. Source: RFC 9113, and the gRPC over HTTP/2 mapping.</remarks>
internal sealed class Http2Session
{
    private readonly Target _target;
    private readonly int _capacity;
    private readonly ICallObserver _observer;
    private readonly FrameWriter _writer;
    private readonly HeaderBlocks _headers = new();
    private readonly RequestSender _requests;
    private readonly ReceiveWindows _windows;
    private RequestHeaderEncoder _requestHeaders;
    private StreamTable _streams;
    private long _maxStreams;

    /// <summary>Makes a closed session.</summary>
    /// <param name="target">The server.</param>
    /// <param name="capacity">Most calls at once.</param>
    /// <param name="observer">Receives the ends of calls.</param>
    /// <param name="writer">Takes what is to be sent.</param>
    public Http2Session(Target target, int capacity, ICallObserver observer, FrameWriter writer)
    {
        _target = target;
        _capacity = capacity;
        _observer = observer;
        _writer = writer;
        _requests = new RequestSender(writer);
        _windows = new ReceiveWindows(writer);
        _streams = new StreamTable();
        _requestHeaders = new RequestHeaderEncoder(target.Authority, Http2Wire.DefaultHeaderTableBytes);
    }

    /// <summary>State of the connection.</summary>
    public ConnectionState State { get; private set; }

    /// <summary>Running calls.</summary>
    public int Running => _streams.Count;

    /// <summary>True when a call can start now.</summary>
    public bool CanStart => State == ConnectionState.Open && _streams.Count < _maxStreams && !_requests.IsBlocked;

    /// <summary>True when an open request can be continued: none waits for flow control.</summary>
    public bool CanSend => State == ConnectionState.Open && !_requests.IsBlocked;

    /// <summary>True when nothing can start any more and nothing runs.</summary>
    public bool IsDrained => State == ConnectionState.Draining && _streams.Count == 0;

    /// <summary>The socket starts to connect: state of an earlier connection is dropped.</summary>
    public void BeginConnecting()
    {
        _headers.Clear();
        _requests.Open();
        _maxStreams = _capacity;
        _streams = new StreamTable();
        State = ConnectionState.Connecting;
    }

    /// <summary>The socket is connected: sends preface and settings.</summary>
    public void BeginHandshake()
    {
        State = ConnectionState.Handshaking;
        _writer.Preface(
        [
            (Http2Wire.SettingHeaderTableSize, 0),
            (Http2Wire.SettingEnablePush, 0),
            (Http2Wire.SettingInitialWindowSize, ReceiveWindows.Stream),
        ]);
        _windows.Open();
    }

    /// <summary>Starts a call. Only when <see cref="CanStart"/>.</summary>
    /// <param name="call">Reused; its observer fields are set here.</param>
    /// <param name="path">"/package.Service/Method".</param>
    /// <param name="message">The encoded request message; copied.</param>
    /// <param name="now">A timestamp.</param>
    public void Start(Call call, string path, ReadOnlySpan<byte> message, long now)
    {
        Add(call, now);
        _requests.Send(call, _requestHeaders.Block(path), message);
    }

    /// <summary>Starts a call whose request stays open. Only when <see cref="CanStart"/>.</summary>
    /// <param name="call">Not reused.</param>
    /// <param name="path">"/package.Service/Method".</param>
    /// <param name="messages">Encoded messages with the five bytes in front of each; kept until they are sent.</param>
    /// <param name="now">A timestamp.</param>
    public void StartOpen(Call call, string path, ReadOnlyMemory<byte> messages, long now)
    {
        Add(call, now);
        _requests.SendOpen(call, _requestHeaders.Block(path), messages);
    }

    /// <summary>Continues a request that stays open.</summary>
    /// <param name="call">Started by <see cref="StartOpen"/>, and not ended.</param>
    /// <param name="messages">Encoded messages with the five bytes in front of each; copied.</param>
    public void Send(Call call, ReadOnlySpan<byte> messages) => _requests.SendMore(call, messages);

    /// <summary>Aborts calls that were started before a timestamp.</summary>
    public void CancelStartedBefore(long timestamp)
    {
        foreach (Call call in _streams.RemoveOldest(call => call.StartedAt < timestamp))
        {
            _writer.Reset(call.StreamId, Http2Wire.Cancel);
            _requests.Forget(call);
            _observer.OnCallEnded(call, GrpcStatus.DeadlineExceeded, "no answer in time");
        }
    }

    /// <summary>The socket is closed: ends every running call as unavailable.</summary>
    public void Close(string reason)
    {
        State = ConnectionState.Closed;
        _requests.Close();
        foreach (Call call in _streams.RemoveOldest(static _ => true))
        {
            _requests.Forget(call);
            _observer.OnCallEnded(call, GrpcStatus.Unavailable, $"connection lost: {reason}");
        }
    }

    /// <summary>Handles one frame and reports calls that end with it to the observer.</summary>
    /// <exception cref="Http2ProtocolException">The server breaks the protocol.</exception>
    public void OnFrame(in Frame frame)
    {
        _headers.CheckOrder(frame.Type);
        switch (frame.Type)
        {
            case FrameType.Data:
                OnData(frame);
                break;
            case FrameType.Headers or FrameType.Continuation:
                OnHeaders(frame);
                break;
            case FrameType.RstStream:
                OnReset(frame.StreamId, frame.Number);
                break;
            case FrameType.Settings when !frame.Has(Http2Wire.Ack):
                OnSettings(frame.Payload);
                break;
            case FrameType.Ping when !frame.Has(Http2Wire.Ack):
                _writer.Pong(frame.Payload);
                break;
            case FrameType.GoAway:
                OnGoAway(frame.Number31);
                break;
            case FrameType.WindowUpdate:
                OnWindowUpdate(frame.StreamId, frame.Number31);
                break;
            case FrameType.PushPromise:
                throw new Http2ProtocolException("the server pushed although that was switched off");
            default:
                break;
        }
    }

    private void Add(Call call, long now)
    {
        _streams.Add(call);
        call.StartedAt = now;
        call.ReceivedBytes = 0;
    }

    private void OnData(in Frame frame)
    {
        _windows.OnReceived(frame.Payload.Length);
        if (_streams.Find(frame.StreamId) is not { } call)
        {
            return;
        }

        _windows.OnReceived(call, frame.Payload.Length);
        call.Response?.OnBytes(frame.Unpadded);
        if (frame.Has(Http2Wire.EndStream))
        {
            End(call, GrpcStatus.Unknown, "the stream ended without a status");
        }
    }

    private void OnHeaders(in Frame frame)
    {
        if (_headers.Add(frame, out bool endsStream) is not { } headers || !endsStream || _streams.Find(frame.StreamId) is not { } call)
        {
            return;
        }

        if (headers.GrpcStatus >= 0)
        {
            End(call, headers.GrpcStatus, headers.GrpcMessage);
        }
        else
        {
            End(call, GrpcStatus.Unknown, $"HTTP status {headers.HttpStatus} without a gRPC status");
        }
    }

    private void OnReset(int streamId, uint code)
    {
        if (_streams.Find(streamId) is { } call)
        {
            End(call, code == Http2Wire.RefusedStream ? GrpcStatus.Unavailable : GrpcStatus.Internal, $"stream reset with code {code}");
        }
    }

    private void OnSettings(ReadOnlySpan<byte> payload)
    {
        int tableBytes = Http2Wire.DefaultHeaderTableBytes;
        for (; payload.Length >= 6; payload = payload[6..])
        {
            uint value = BinaryPrimitives.ReadUInt32BigEndian(payload[2..]);
            switch (BinaryPrimitives.ReadUInt16BigEndian(payload))
            {
                case Http2Wire.SettingHeaderTableSize:
                    tableBytes = (int)Math.Min(value, int.MaxValue);
                    break;
                case Http2Wire.SettingMaxConcurrentStreams:
                    _maxStreams = Math.Min(value, _capacity);
                    break;
                case Http2Wire.SettingInitialWindowSize:
                    _requests.SetStreamWindow((int)value);
                    break;
                case Http2Wire.SettingMaxFrameSize:
                    _requests.SetMaxFrame((int)value);
                    break;
                default:
                    break;
            }
        }

        _writer.SettingsAck();
        if (State == ConnectionState.Handshaking)
        {
            _requestHeaders = new RequestHeaderEncoder(_target.Authority, tableBytes, _target.Token, _target.Tls is not null);
            State = ConnectionState.Open;
        }

        _requests.SendBlocked();
    }

    private void OnGoAway(int lastStreamId)
    {
        State = ConnectionState.Draining;
        foreach (Call call in _streams.RemoveAfter(lastStreamId))
        {
            _requests.Forget(call);
            _observer.OnCallEnded(call, GrpcStatus.Unavailable, "the server is going away");
        }
    }

    private void OnWindowUpdate(int streamId, int increment)
    {
        if (streamId == 0)
        {
            _requests.Widen(increment);
        }
        else if (_streams.Find(streamId) is { } call)
        {
            call.SendWindow += increment;
        }

        _requests.SendBlocked();
    }

    private void End(Call call, int grpcStatus, string? message)
    {
        _streams.Remove(call);
        _requests.Forget(call);
        _observer.OnCallEnded(call, grpcStatus, grpcStatus == GrpcStatus.Ok ? null : message);
        if (_streams.Exhausted)
        {
            State = ConnectionState.Draining;
        }
    }
}
