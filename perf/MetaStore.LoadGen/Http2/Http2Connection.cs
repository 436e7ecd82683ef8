using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;

namespace MetaStore.LoadGen.Http2;

/// <summary>One cleartext HTTP/2 connection (prior knowledge) with many gRPC calls on it. A client only as large as a load needs.</summary>
/// <remarks>
/// One thread runs it: it polls the socket, calls <see cref="OnReadable"/>, starts calls and then <see cref="Flush"/>, so that all calls
/// started in between leave in one write. Nothing is allocated per call. Source: RFC 9113, and the gRPC over HTTP/2 mapping.
/// </remarks>
internal sealed class Http2Connection : IDisposable
{
    /// <summary>What the server may send ahead, per stream and in all; large enough never to slow a test down.</summary>
    private const int StreamWindow = 16 << 20;
    private const int ConnectionWindow = 1 << 30;

    /// <summary>Frames are at most 16 KiB + 9; a read takes many of them.</summary>
    private const int ReceiveBytes = 512 << 10;

    private readonly IPEndPoint _endpoint;
    private readonly string _authority;
    private readonly ICallObserver _observer;
    private readonly int _capacity;
    private readonly byte[] _received = new byte[ReceiveBytes];
    private readonly SendBuffer _send = new();
    private readonly Queue<Call> _blocked = new();
    private HeaderBlockCache _headerCache = new();
    private RequestHeaderEncoder _requestHeaders;
    private StreamTable _streams;
    private Socket? _socket;
    private int _receivedCount;
    private byte[] _headerBlock = new byte[1024];
    private int _headerBlockCount;
    private int _headerStream;
    private bool _headerEndsStream;
    private long _sendWindow;
    private int _initialSendWindow;
    private int _maxFrameBytes;
    private long _maxStreams;
    private int _unacknowledged;

    /// <summary>Makes a closed connection.</summary>
    /// <param name="endpoint">Where to.</param>
    /// <param name="authority">Sent as :authority.</param>
    /// <param name="capacity">Most calls at once.</param>
    /// <param name="observer">Hears of ends.</param>
    public Http2Connection(IPEndPoint endpoint, string authority, int capacity, ICallObserver observer)
    {
        _endpoint = endpoint;
        _authority = authority;
        _capacity = capacity;
        _observer = observer;
        _streams = new StreamTable(capacity);
        _requestHeaders = new RequestHeaderEncoder(authority, Http2Wire.DefaultHeaderTableBytes);
    }

    /// <summary>How far it is.</summary>
    public ConnectionState State { get; private set; }

    /// <summary>Running calls.</summary>
    public int Running => _streams.Count;

    /// <summary>True when a call can start now.</summary>
    public bool CanStart => State == ConnectionState.Open && _streams.Count < _maxStreams && _blocked.Count == 0;

    /// <summary>Descriptor to poll, -1 when closed.</summary>
    public int Descriptor => _socket is null ? -1 : (int)_socket.Handle;

    /// <summary>True when the socket is to be polled for writing too.</summary>
    public bool WantsWrite => State == ConnectionState.Connecting || !_send.Pending.IsEmpty;

    /// <summary>Bytes read in all.</summary>
    public long BytesReceived { get; private set; }

    /// <summary>Bytes written in all.</summary>
    public long BytesSent { get; private set; }

    /// <summary>Why it was closed last; null before.</summary>
    public string? LastFault { get; private set; }

    /// <summary>Begins to connect; does not wait.</summary>
    public void Open()
    {
        _socket = new Socket(_endpoint.AddressFamily, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true, Blocking = false };
        _send.Clear();
        _receivedCount = 0;
        _headerStream = 0;
        _sendWindow = Http2Wire.DefaultWindow;
        _initialSendWindow = Http2Wire.DefaultWindow;
        _maxFrameBytes = Http2Wire.DefaultFrameBytes;
        _maxStreams = _capacity;
        _unacknowledged = 0;
        _headerCache = new HeaderBlockCache();
        _streams = new StreamTable(_capacity);
        State = ConnectionState.Connecting;
        try
        {
            _socket.Connect(_endpoint);
        }
        catch (SocketException e) when (e.SocketErrorCode is SocketError.WouldBlock or SocketError.InProgress)
        {
            return;
        }
        catch (SocketException e)
        {
            Close(e.SocketErrorCode.ToString());
        }
    }

    /// <summary>Starts a call. Only when <see cref="CanStart"/>.</summary>
    /// <param name="call">Reused; its observer fields are set here.</param>
    /// <param name="path">"/package.Service/Method".</param>
    /// <param name="message">The encoded request message; copied unless the windows hold it back.</param>
    /// <param name="now">A timestamp.</param>
    public void Start(Call call, string path, ReadOnlySpan<byte> message, long now)
    {
        _streams.Add(call);
        call.StartedAt = now;
        call.ReceivedBytes = 0;
        call.SendWindow = _initialSendWindow;
        byte[] block = _requestHeaders.Block(path);
        int bodyBytes = GrpcFrame.PrefixBytes + message.Length;
        if (bodyBytes <= _sendWindow && bodyBytes <= call.SendWindow && bodyBytes <= _maxFrameBytes)
        {
            Span<byte> frames = _send.Append((2 * Http2Wire.FrameHeaderBytes) + block.Length + bodyBytes);
            Http2Wire.WriteFrameHeader(frames, block.Length, FrameType.Headers, Http2Wire.EndHeaders, call.StreamId);
            block.CopyTo(frames[Http2Wire.FrameHeaderBytes..]);
            frames = frames[(Http2Wire.FrameHeaderBytes + block.Length)..];
            Http2Wire.WriteFrameHeader(frames, bodyBytes, FrameType.Data, Http2Wire.EndStream, call.StreamId);
            GrpcFrame.Write(frames[Http2Wire.FrameHeaderBytes..], message);
            _sendWindow -= bodyBytes;
            return;
        }

        Span<byte> headers = _send.Append(Http2Wire.FrameHeaderBytes + block.Length);
        Http2Wire.WriteFrameHeader(headers, block.Length, FrameType.Headers, Http2Wire.EndHeaders, call.StreamId);
        block.CopyTo(headers[Http2Wire.FrameHeaderBytes..]);
        byte[] body = new byte[bodyBytes];
        GrpcFrame.Write(body, message);
        call.Unsent = body;
        _blocked.Enqueue(call);
        SendBlocked();
    }

    /// <summary>Writes what has gathered, as far as the socket takes it.</summary>
    public void Flush()
    {
        while (_socket is not null && State != ConnectionState.Connecting && !_send.Pending.IsEmpty)
        {
            int sent = _socket.Send(_send.Pending, SocketFlags.None, out SocketError error);
            if (error == SocketError.WouldBlock)
            {
                return;
            }

            if (error != SocketError.Success)
            {
                Close(error.ToString());
                return;
            }

            BytesSent += sent;
            _send.Consume(sent);
        }
    }

    /// <summary>The socket can be written: finishes connecting, or goes on writing.</summary>
    public void OnWritable()
    {
        if (State == ConnectionState.Connecting)
        {
            int error = (int)_socket!.GetSocketOption(SocketOptionLevel.Socket, SocketOptionName.Error)!;
            if (error != 0)
            {
                Close(((SocketError)error).ToString());
                return;
            }

            State = ConnectionState.Handshaking;
            SendPreface();
        }

        Flush();
    }

    /// <summary>The socket can be read: takes everything and tells the observer of every call that ends.</summary>
    public void OnReadable()
    {
        while (_socket is not null)
        {
            int wanted = _received.Length - _receivedCount;
            int count = _socket.Receive(_received.AsSpan(_receivedCount), SocketFlags.None, out SocketError error);
            if (error == SocketError.WouldBlock)
            {
                return;
            }

            if (error != SocketError.Success || count == 0)
            {
                Close(error == SocketError.Success ? "closed by the server" : error.ToString());
                return;
            }

            BytesReceived += count;
            _receivedCount += count;
            try
            {
                ReadFrames();
            }
            catch (Http2ProtocolException e)
            {
                Close(e.Message);
            }

            if (count < wanted)
            {
                return;
            }
        }
    }

    /// <summary>Gives up calls that were started before a timestamp.</summary>
    public void CancelStartedBefore(long timestamp)
    {
        foreach (Call call in _streams.RemoveAll(call => call.StartedAt < timestamp))
        {
            WriteUInt32Frame(FrameType.RstStream, call.StreamId, Http2Wire.Cancel);
            Forget(call);
            _observer.OnCallEnded(call, GrpcStatus.DeadlineExceeded, "no answer in time");
        }
    }

    /// <summary>Closes the socket and ends every running call as unavailable.</summary>
    public void Close(string reason)
    {
        LastFault = reason;
        State = ConnectionState.Closed;
        _socket?.Dispose();
        _socket = null;
        _send.Clear();
        _blocked.Clear();
        foreach (Call call in _streams.RemoveAll(static _ => true))
        {
            Forget(call);
            _observer.OnCallEnded(call, GrpcStatus.Unavailable, $"connection lost: {reason}");
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _socket?.Dispose();

    private void SendPreface()
    {
        Http2Wire.Preface.CopyTo(_send.Append(Http2Wire.Preface.Length));
        ReadOnlySpan<(ushort Id, uint Value)> settings =
        [
            (Http2Wire.SettingHeaderTableSize, 0),
            (Http2Wire.SettingEnablePush, 0),
            (Http2Wire.SettingInitialWindowSize, StreamWindow),
        ];
        Span<byte> frame = _send.Append(Http2Wire.FrameHeaderBytes + (6 * settings.Length));
        Http2Wire.WriteFrameHeader(frame, 6 * settings.Length, FrameType.Settings, 0, 0);
        frame = frame[Http2Wire.FrameHeaderBytes..];
        foreach ((ushort id, uint value) in settings)
        {
            BinaryPrimitives.WriteUInt16BigEndian(frame, id);
            BinaryPrimitives.WriteUInt32BigEndian(frame[2..], value);
            frame = frame[6..];
        }

        WriteUInt32Frame(FrameType.WindowUpdate, 0, ConnectionWindow - Http2Wire.DefaultWindow);
    }

    private void ReadFrames()
    {
        int position = 0;
        while (_socket is not null && _receivedCount - position >= Http2Wire.FrameHeaderBytes)
        {
            ReadOnlySpan<byte> header = _received.AsSpan(position);
            int length = (header[0] << 16) | (header[1] << 8) | header[2];
            if (length > Http2Wire.DefaultFrameBytes)
            {
                throw new Http2ProtocolException($"a frame of {length} bytes is larger than was allowed");
            }

            if (_receivedCount - position < Http2Wire.FrameHeaderBytes + length)
            {
                break;
            }

            int streamId = BinaryPrimitives.ReadInt32BigEndian(header[5..]) & int.MaxValue;
            OnFrame((FrameType)header[3], header[4], streamId, header.Slice(Http2Wire.FrameHeaderBytes, length));
            position += Http2Wire.FrameHeaderBytes + length;
        }

        _received.AsSpan(position, _receivedCount - position).CopyTo(_received);
        _receivedCount -= position;
    }

    private void OnFrame(FrameType type, byte flags, int streamId, ReadOnlySpan<byte> payload)
    {
        if (_headerStream != 0 && type != FrameType.Continuation)
        {
            throw new Http2ProtocolException("a header block was interrupted");
        }

        switch (type)
        {
            case FrameType.Data:
                OnData(flags, streamId, payload);
                break;
            case FrameType.Headers:
                OnHeaders(flags, streamId, payload);
                break;
            case FrameType.Continuation:
                OnContinuation(flags, streamId, payload);
                break;
            case FrameType.RstStream:
                OnReset(streamId, ReadUInt32(payload));
                break;
            case FrameType.Settings:
                OnSettings(flags, payload);
                break;
            case FrameType.Ping when (flags & Http2Wire.Ack) == 0:
                Span<byte> pong = _send.Append(Http2Wire.FrameHeaderBytes + payload.Length);
                Http2Wire.WriteFrameHeader(pong, payload.Length, FrameType.Ping, Http2Wire.Ack, 0);
                payload.CopyTo(pong[Http2Wire.FrameHeaderBytes..]);
                break;
            case FrameType.GoAway:
                OnGoAway((int)(ReadUInt32(payload) & int.MaxValue));
                break;
            case FrameType.WindowUpdate:
                OnWindowUpdate(streamId, (int)(ReadUInt32(payload) & int.MaxValue));
                break;
            case FrameType.PushPromise:
                throw new Http2ProtocolException("the server pushed although that was switched off");
            default:
                break;
        }
    }

    private void OnData(byte flags, int streamId, ReadOnlySpan<byte> payload)
    {
        _unacknowledged += payload.Length;
        if (_unacknowledged > ConnectionWindow / 2)
        {
            WriteUInt32Frame(FrameType.WindowUpdate, 0, (uint)_unacknowledged);
            _unacknowledged = 0;
        }

        if (_streams.Find(streamId) is not { } call)
        {
            return;
        }

        int before = call.ReceivedBytes;
        call.ReceivedBytes += payload.Length;
        if (call.ReceivedBytes / (StreamWindow / 2) > before / (StreamWindow / 2))
        {
            WriteUInt32Frame(FrameType.WindowUpdate, streamId, StreamWindow / 2);
        }

        if (call.Response is not null)
        {
            call.Response.AddRange(Unpad(flags, payload));
        }

        if ((flags & Http2Wire.EndStream) != 0)
        {
            End(call, GrpcStatus.Unknown, "the stream ended without a status");
        }
    }

    private void OnHeaders(byte flags, int streamId, ReadOnlySpan<byte> payload)
    {
        payload = Unpad(flags, payload);
        if ((flags & Http2Wire.PriorityFlag) != 0)
        {
            payload = payload[5..];
        }

        bool endsStream = (flags & Http2Wire.EndStream) != 0;
        if ((flags & Http2Wire.EndHeaders) != 0)
        {
            OnHeaderBlock(streamId, payload, endsStream);
            return;
        }

        _headerStream = streamId;
        _headerEndsStream = endsStream;
        _headerBlockCount = 0;
        AddToBlock(payload);
    }

    private void OnContinuation(byte flags, int streamId, ReadOnlySpan<byte> payload)
    {
        if (_headerStream == 0 || streamId != _headerStream)
        {
            throw new Http2ProtocolException("a continuation belongs to no header block");
        }

        AddToBlock(payload);
        if ((flags & Http2Wire.EndHeaders) != 0)
        {
            _headerStream = 0;
            OnHeaderBlock(streamId, _headerBlock.AsSpan(0, _headerBlockCount), _headerEndsStream);
        }
    }

    private void AddToBlock(ReadOnlySpan<byte> part)
    {
        if (_headerBlockCount + part.Length > _headerBlock.Length)
        {
            Array.Resize(ref _headerBlock, (_headerBlockCount + part.Length) * 2);
        }

        part.CopyTo(_headerBlock.AsSpan(_headerBlockCount));
        _headerBlockCount += part.Length;
    }

    private void OnHeaderBlock(int streamId, ReadOnlySpan<byte> block, bool endsStream)
    {
        ResponseHeaders headers = _headerCache.Get(block);
        if (!endsStream || _streams.Find(streamId) is not { } call)
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

    private void OnSettings(byte flags, ReadOnlySpan<byte> payload)
    {
        if ((flags & Http2Wire.Ack) != 0)
        {
            return;
        }

        int tableBytes = Http2Wire.DefaultHeaderTableBytes;
        for (; payload.Length >= 6; payload = payload[6..])
        {
            uint value = ReadUInt32(payload[2..]);
            switch (BinaryPrimitives.ReadUInt16BigEndian(payload))
            {
                case Http2Wire.SettingHeaderTableSize:
                    tableBytes = (int)Math.Min(value, int.MaxValue);
                    break;
                case Http2Wire.SettingMaxConcurrentStreams:
                    _maxStreams = Math.Min(value, _capacity);
                    break;
                case Http2Wire.SettingInitialWindowSize:
                    // Running streams gain or lose the difference; only those that wait for window can notice.
                    foreach (Call call in _blocked)
                    {
                        call.SendWindow += (int)value - _initialSendWindow;
                    }

                    _initialSendWindow = (int)value;
                    break;
                case Http2Wire.SettingMaxFrameSize:
                    _maxFrameBytes = (int)value;
                    break;
                default:
                    break;
            }
        }

        Http2Wire.WriteFrameHeader(_send.Append(Http2Wire.FrameHeaderBytes), 0, FrameType.Settings, Http2Wire.Ack, 0);
        if (State == ConnectionState.Handshaking)
        {
            _requestHeaders = new RequestHeaderEncoder(_authority, tableBytes);
            State = ConnectionState.Open;
        }

        SendBlocked();
    }

    private void OnGoAway(int lastStreamId)
    {
        State = ConnectionState.Draining;
        foreach (Call call in _streams.RemoveAll(call => call.StreamId > lastStreamId))
        {
            Forget(call);
            _observer.OnCallEnded(call, GrpcStatus.Unavailable, "the server is going away");
        }

        CloseWhenDrained();
    }

    private void OnWindowUpdate(int streamId, int increment)
    {
        if (streamId == 0)
        {
            _sendWindow += increment;
        }
        else if (_streams.Find(streamId) is { } call)
        {
            call.SendWindow += increment;
        }

        SendBlocked();
    }

    private void SendBlocked()
    {
        while (_blocked.TryPeek(out Call? call))
        {
            int allowed = (int)Math.Min(Math.Min(_sendWindow, call.SendWindow), _maxFrameBytes);
            if (allowed <= 0)
            {
                return;
            }

            int length = Math.Min(allowed, call.Unsent.Length);
            bool last = length == call.Unsent.Length;
            Span<byte> frame = _send.Append(Http2Wire.FrameHeaderBytes + length);
            Http2Wire.WriteFrameHeader(frame, length, FrameType.Data, last ? Http2Wire.EndStream : (byte)0, call.StreamId);
            call.Unsent.Span[..length].CopyTo(frame[Http2Wire.FrameHeaderBytes..]);
            call.Unsent = call.Unsent[length..];
            call.SendWindow -= length;
            _sendWindow -= length;
            if (call.Unsent.IsEmpty)
            {
                _blocked.Dequeue();
            }
        }
    }

    private void End(Call call, int grpcStatus, string? message)
    {
        _streams.Remove(call);
        Forget(call);
        _observer.OnCallEnded(call, grpcStatus, grpcStatus == GrpcStatus.Ok ? null : message);
        if (_streams.Exhausted)
        {
            State = ConnectionState.Draining;
        }

        CloseWhenDrained();
    }

    /// <summary>Takes an ending call out of the queue of those that wait for window: it may soon run on another connection.</summary>
    private void Forget(Call call)
    {
        if (!call.Unsent.IsEmpty)
        {
            call.Unsent = default;
            int count = _blocked.Count;
            for (int i = 0; i < count; i++)
            {
                Call next = _blocked.Dequeue();
                if (next != call)
                {
                    _blocked.Enqueue(next);
                }
            }
        }
    }

    private void CloseWhenDrained()
    {
        if (State == ConnectionState.Draining && _streams.Count == 0)
        {
            Close("drained");
        }
    }

    private void WriteUInt32Frame(FrameType type, int streamId, uint value)
    {
        Span<byte> frame = _send.Append(Http2Wire.FrameHeaderBytes + 4);
        Http2Wire.WriteFrameHeader(frame, 4, type, 0, streamId);
        BinaryPrimitives.WriteUInt32BigEndian(frame[Http2Wire.FrameHeaderBytes..], value);
    }

    private static uint ReadUInt32(ReadOnlySpan<byte> payload) =>
        payload.Length >= 4 ? BinaryPrimitives.ReadUInt32BigEndian(payload) : throw new Http2ProtocolException("a frame is too short");

    private static ReadOnlySpan<byte> Unpad(byte flags, ReadOnlySpan<byte> payload)
    {
        if ((flags & Http2Wire.Padded) == 0)
        {
            return payload;
        }

        if (payload.IsEmpty || payload[0] >= payload.Length)
        {
            throw new Http2ProtocolException("a frame has more padding than payload");
        }

        return payload[1..^payload[0]];
    }
}
