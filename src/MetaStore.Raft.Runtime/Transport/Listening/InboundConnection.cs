using System.Net.Sockets;
using System.Runtime.InteropServices;
using MetaStore.Peer;
using MetaStore.Raft.Messages;
using MetaStore.Raft.Runtime.Observability;
using MetaStore.Raft.Runtime.Transport.Framing;
using Microsoft.Extensions.Logging;

namespace MetaStore.Raft.Runtime.Transport.Listening;

/// <summary>One incoming connection and the thread that reads it: handshake, then frames until it ends.</summary>
/// <remarks>Everything that is not as it must be closes the connection with one log line; the peer dials again.</remarks>
internal sealed class InboundConnection : IDisposable
{
    private readonly TcpPeerTransport _transport;
    private readonly PeerListener _listener;
    private readonly Socket _socket;
    private readonly TcpPeerTransportOptions _options;
    private readonly RefusalLog _refusals;
    private readonly ILogger _logger;
    private readonly List<Message> _arrived = [];

    public InboundConnection(
        TcpPeerTransport transport, PeerListener listener, Socket socket, TcpPeerTransportOptions options, RefusalLog refusals, ILogger logger)
    {
        _transport = transport;
        _listener = listener;
        _socket = socket;
        _options = options;
        _refusals = refusals;
        _logger = logger;
        Remote = PeerSocket.RemoteOf(socket);
    }

    /// <summary>Address of the other side, for log lines.</summary>
    public string Remote { get; }

    /// <summary>The peer, once the handshake is done; 0 before.</summary>
    public ulong From { get; private set; }

    /// <summary>The lane, once the handshake is done.</summary>
    public Lane Lane { get; private set; }

    /// <summary>The thread's body.</summary>
    public void Run()
    {
        try
        {
            PeerSocket.Configure(_socket, _options.StallTimeout);
            string? refusal = Serve();
            if (refusal is not null)
            {
                _refusals.Refused(Remote, refusal);
            }
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException or EndOfStreamException)
        {
            // The peer went away, or we closed it. The dialling side tells of the connection's life; here is nothing to add.
            _logger.PeerConnectionEnded(Remote, From, e.Message);
        }
        catch (Exception e)
        {
            // Whatever a peer made us stumble over must cost it this connection and not us the process.
            _logger.PeerConnectionFailed(e, Remote, From);
        }
        finally
        {
            Dispose();
            _listener.OnEnded(this);
        }
    }

    public void Dispose() => PeerSocket.Close(_socket);

    /// <returns>Why the connection was refused; null when it simply ended.</returns>
    private string? Serve()
    {
        FrameReader frames = new(_socket);
        _socket.ReceiveTimeout = (int)_options.HandshakeTimeout.TotalMilliseconds;
        PeerAcceptance acceptance = PeerAcceptance.Read(frames, _options, _transport.IsRemoved);
        if (acceptance.Answer is { } answer)
        {
            SendAll(answer);
        }

        if (acceptance.Refusal is not null)
        {
            return acceptance.Refusal;
        }

        if (acceptance.Hello!.Lane == Lane.Members)
        {
            return null;
        }

        From = acceptance.Hello.From;
        Lane = acceptance.Hello.Lane;
        if (Lane == Lane.Snapshot)
        {
            _socket.ReceiveTimeout = (int)_options.SnapshotStallTimeout.TotalMilliseconds;
            return SnapshotReception.Run(this, frames, _transport, _options.NodeId, SendAll);
        }

        _socket.ReceiveTimeout = 0;

        // The peer has one connection per lane: an older one is dead and its thread must not wait for the keep-alive to find out.
        _listener.Close(other => other != this && other.From == From && other.Lane == Lane);
        return Lane == Lane.Probe ? ProbeReception.Run(frames, SendAll) : ReadMessages(frames);
    }

    private string? ReadMessages(FrameReader frames)
    {
        PeerTraffic? traffic = _transport.TrafficOf(From);
        while (true)
        {
            FrameOutcome outcome = frames.Next(out ReadOnlyMemory<byte> body);
            if (outcome == FrameOutcome.Closed)
            {
                return null;
            }

            if (outcome != FrameOutcome.Frame)
            {
                return frames.Describe(outcome);
            }

            if (!MessageDecoder.TryDecode(body, out Message message))
            {
                return $"a frame of {body.Length} bytes from member {From:x16} is no peer message";
            }

            if (PeerLane.Refusal(message, From, Lane, _options.NodeId) is { } refusal)
            {
                _transport.CountRefusedMessage();
                return refusal;
            }

            (traffic ??= _transport.TrafficOf(From))?.Received(body.Length + FrameFormat.HeaderBytes);
            _arrived.Add(message);
            if (!frames.HasBuffered)
            {
                // One hand-over for everything that one receive brought.
                _transport.OnReceived(From, CollectionsMarshal.AsSpan(_arrived));
                _arrived.Clear();
            }
        }
    }

    private void SendAll(ReadOnlySpan<byte> bytes)
    {
        while (!bytes.IsEmpty)
        {
            bytes = bytes[_socket.Send(bytes)..];
        }
    }
}
