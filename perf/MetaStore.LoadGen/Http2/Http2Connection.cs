using System.Net.Security;
using System.Net.Sockets;
using MetaStore.LoadGen.Http2.Frames;
using MetaStore.LoadGen.Load;
using MetaStore.LoadGen.Tls;

namespace MetaStore.LoadGen.Http2;

/// <summary>One HTTP/2 connection, in cleartext with prior knowledge or over TLS, with many gRPC calls. Implements only what a load needs.</summary>
/// <remarks>
/// One thread runs it: it polls the socket, calls <see cref="OnReadable"/>, starts calls and then <see cref="Flush"/>, so that all calls
/// started in between leave in one write. Nothing is allocated per call. Source: RFC 9113, and the gRPC over HTTP/2 mapping.
/// </remarks>
internal sealed class Http2Connection : ILoadConnection
{
    private readonly Target _target;
    private readonly FrameReader _reader = new();
    private readonly FrameWriter _writer = new();
    private readonly Http2Session _session;
    private Socket? _socket;
    private TlsSession? _tls;

    /// <summary>Makes a closed connection.</summary>
    /// <param name="target">Where to.</param>
    /// <param name="capacity">Most calls at once.</param>
    /// <param name="observer">Receives the ends of calls.</param>
    public Http2Connection(Target target, int capacity, ICallObserver observer)
    {
        _target = target;
        _session = new Http2Session(target, capacity, observer, _writer);
    }

    /// <summary>State of the connection.</summary>
    public ConnectionState State => _session.State;

    /// <summary>Running calls.</summary>
    public int Running => _session.Running;

    /// <summary>True when a call can start now.</summary>
    public bool CanStart => _session.CanStart;

    /// <summary>True when an open request can be continued: none waits for flow control.</summary>
    public bool CanSend => _session.CanSend;

    /// <summary>Descriptor to poll, -1 when closed.</summary>
    public int Descriptor => _socket is null ? -1 : (int)_socket.Handle;

    /// <summary>True when the socket is to be polled for writing too.</summary>
    public bool WantsWrite => State == ConnectionState.Connecting || !(_tls is null ? _writer.Pending : _tls.Outgoing.Pending).IsEmpty;

    /// <summary>Bytes read in all.</summary>
    public long BytesReceived { get; private set; }

    /// <summary>Bytes written in all.</summary>
    public long BytesSent { get; private set; }

    /// <summary>Why it was last closed; null before.</summary>
    public string? LastFault { get; private set; }

    /// <summary>Begins to connect; does not wait.</summary>
    public void Open()
    {
        _socket = new Socket(_target.Address.AddressFamily, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true, Blocking = false };
        _writer.Clear();
        _reader.Clear();
        _session.BeginConnecting();
        try
        {
            _socket.Connect(_target.Address);
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
    public void Start(Call call, string path, ReadOnlySpan<byte> message, long now) => _session.Start(call, path, message, now);

    /// <summary>Starts a call whose request stays open. Only when <see cref="CanStart"/>.</summary>
    /// <param name="call">Not reused.</param>
    /// <param name="path">"/package.Service/Method".</param>
    /// <param name="messages">Encoded messages with the five bytes in front of each; kept until they are sent.</param>
    /// <param name="now">A timestamp.</param>
    public void StartOpen(Call call, string path, ReadOnlyMemory<byte> messages, long now) => _session.StartOpen(call, path, messages, now);

    /// <summary>Continues a request that stays open.</summary>
    /// <param name="call">Started by <see cref="StartOpen"/>, and not ended.</param>
    /// <param name="messages">Encoded messages with the five bytes in front of each; copied.</param>
    public void Send(Call call, ReadOnlySpan<byte> messages) => _session.Send(call, messages);

    /// <summary>Writes the queued bytes, as far as the socket accepts them.</summary>
    public void Flush()
    {
        if (_tls is { IsReady: true } tls && !_writer.Pending.IsEmpty)
        {
            tls.Write(_writer.Pending);
            _writer.Clear();
        }

        while (_socket is not null && State != ConnectionState.Connecting && Outgoing is var outgoing && !outgoing.Pending.IsEmpty)
        {
            int sent = _socket.Send(outgoing.Pending, SocketFlags.None, out SocketError error);
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
            outgoing.Consume(sent);
        }
    }

    /// <summary>The socket is writable: finishes connecting, or continues writing.</summary>
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

            _tls = _target.Tls is { } options ? new TlsSession(options) : null;
            _session.BeginHandshake();
        }

        Flush();
    }

    /// <summary>The socket is readable: reads everything and reports every call that ends to the observer.</summary>
    public void OnReadable()
    {
        while (_socket is not null)
        {
            Span<byte> room = _tls is null ? _reader.Room : _tls.Room;
            int count = _socket.Receive(room, SocketFlags.None, out SocketError error);
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
            try
            {
                if (_tls is null)
                {
                    _reader.Add(count);
                    ReadFrames();
                }
                else
                {
                    _tls.Add(count);
                    ReadDecrypted(_tls);
                }
            }
            catch (Exception e) when (e is Http2ProtocolException or IOException)
            {
                Close(e.Message);
            }

            if (count < room.Length)
            {
                return;
            }
        }
    }

    /// <summary>Aborts calls that were started before a timestamp.</summary>
    public void CancelStartedBefore(long timestamp) => _session.CancelStartedBefore(timestamp);

    /// <summary>Closes the socket and ends every running call as unavailable.</summary>
    public void Close(string reason)
    {
        LastFault = reason;
        _socket?.Dispose();
        _socket = null;
        _tls?.Dispose();
        _tls = null;
        _writer.Clear();
        _session.Close(reason);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _socket?.Dispose();
        _tls?.Dispose();
    }

    private SendBuffer Outgoing => _tls?.Outgoing ?? _writer.Buffer;

    private void ReadDecrypted(TlsSession tls)
    {
        while (_socket is not null && tls.Read(_reader.Room) is var count and > 0)
        {
            _reader.Add(count);
            ReadFrames();
        }
    }

    private void ReadFrames()
    {
        while (_socket is not null && _reader.TryRead(out Frame frame))
        {
            _session.OnFrame(frame);
            if (_session.IsDrained)
            {
                Close("drained");
            }
        }
    }
}
