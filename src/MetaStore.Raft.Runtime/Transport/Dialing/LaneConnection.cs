using System.Net.Sockets;
using MetaStore.Raft.Messages;
using MetaStore.Raft.Runtime.Transport.Framing;
using MetaStore.Raft.Runtime.Transport.Security;

namespace MetaStore.Raft.Runtime.Transport.Dialing;

/// <summary>One live outgoing connection: a bounded queue before a socket, or before TLS over it.</summary>
/// <remarks>
/// The first caller of <see cref="Flush"/> writes everything that is queued, with one gathering write and without a thread hop;
/// the socket does not block, and only when its buffer is full a completion continues. During a write other callers only queue.
/// </remarks>
internal sealed class LaneConnection : IDisposable
{
    private readonly Lock _gate = new();
    private readonly PeerLink _link;
    private readonly Socket _socket;
    private readonly TlsLaneWriter? _tls;
    private readonly long _bytesMax;
    private readonly PeerTraffic _traffic;
    private readonly SocketAsyncEventArgs _write = new();
    private readonly FrameWriter _frames = new();
    private List<Message> _queue = [];
    private List<Message> _writing = [];
    private long _queuedBytes;
    private bool _busy;
    private bool _broken;

    public LaneConnection(PeerLink link, long bytesMax, PeerTraffic traffic)
    {
        _link = link;
        _socket = link.Socket;
        _tls = link.Tls is { } tls ? new TlsLaneWriter(tls, Continue) : null;
        _bytesMax = bytesMax;
        _traffic = traffic;
        _write.Completed += (_, _) => Continue();
    }

    /// <summary>Queues a message.</summary>
    /// <returns>False when it was dropped: the queue is full or the connection is gone.</returns>
    public bool TryQueue(Message message)
    {
        long charge = FrameWriter.Charge(message);
        lock (_gate)
        {
            if (_broken || (_queuedBytes + charge > _bytesMax && _queue.Count > 0))
            {
                return false;
            }

            _queuedBytes += charge;
            _queue.Add(message);
            return true;
        }
    }

    /// <summary>Writes what is queued, unless a write in progress will include it.</summary>
    public void Flush()
    {
        if (TryTake(finished: false))
        {
            Pump();
        }
    }

    /// <summary>Waits until the peer closes the connection or it breaks. The peer never sends anything on it.</summary>
    public async Task<string> WaitForEndAsync(CancellationToken stop)
    {
        try
        {
            int received = await _link.ReceiveAsync(new byte[1], stop);
            return received == 0 ? "closed by the peer" : "the peer sent data on a one-way connection";
        }
        catch (Exception e) when (e is SocketException or PeerLinkException or ObjectDisposedException)
        {
            return e.Message;
        }
    }

    public void Dispose()
    {
        lock (_gate)
        {
            _broken = true;
            _queue.Clear();
        }

        PeerSocket.Close(_socket);
        _write.Dispose();
    }

    private bool TryTake(bool finished)
    {
        lock (_gate)
        {
            if (finished)
            {
                _busy = false;
            }

            if (_busy || _broken || _queue.Count == 0)
            {
                return false;
            }

            _busy = true;
            (_queue, _writing) = (_writing, _queue);
            _queuedBytes = 0;
            return true;
        }
    }

    private void Pump()
    {
        do
        {
            foreach (Message message in _writing)
            {
                _frames.Append(message);
            }

            if (!(_tls is null ? TrySend() : _tls.TryWrite(_frames.Segments())))
            {
                return;
            }
        }
        while (FinishWrite());
    }

    /// <returns>False when a completion continues, or the connection is gone.</returns>
    private bool TrySend()
    {
        try
        {
            _write.BufferList = _frames.Segments();
            return !_socket.SendAsync(_write);
        }
        catch (ObjectDisposedException)
        {
            Break();
            return false;
        }
    }

    private void Continue()
    {
        if (FinishWrite())
        {
            Pump();
        }
    }

    /// <returns>True when there is more to write.</returns>
    private bool FinishWrite()
    {
        if (_write.SocketError != SocketError.Success || _tls is { IsBroken: true })
        {
            Break();
            return false;
        }

        _traffic.Sent(_frames.Bytes, _writing.Count);
        _frames.Clear();
        _writing.Clear();
        return TryTake(finished: true);
    }

    private void Break()
    {
        _traffic.SendFailed();
        _frames.Clear();
        _writing.Clear();

        // WaitForEndAsync notices, logs and handles the end of the connection.
        Dispose();
    }
}
