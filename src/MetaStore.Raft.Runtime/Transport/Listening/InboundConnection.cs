using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using MetaStore.Protocol.Peer;
using MetaStore.Raft.Messages;
using MetaStore.Raft.Runtime.Transport.Dialing;
using MetaStore.Raft.Runtime.Transport.Framing;
using MetaStore.Raft.Runtime.Transport.Handshake;
using MetaStore.Raft.Runtime.Transport.Security;
using Microsoft.Extensions.Logging;

namespace MetaStore.Raft.Runtime.Transport.Listening;

/// <summary>One incoming connection and the thread that reads it: handshake, then frames until it ends.</summary>
/// <remarks>Any protocol error closes the connection with one log line; the peer dials again.</remarks>
internal sealed class InboundConnection : IDisposable
{
    private readonly TcpPeerTransport _transport;
    private readonly PeerListener _listener;
    private readonly Socket _socket;
    private readonly PeerLink _link;
    private readonly TcpPeerTransportOptions _options;
    private readonly ILogger _logger;
    private readonly List<Message> _arrived = [];

    public InboundConnection(
        TcpPeerTransport transport, PeerListener listener, Socket socket, TcpPeerTransportOptions options, ILogger logger)
    {
        _transport = transport;
        _listener = listener;
        _socket = socket;
        _link = new PeerLink(socket);
        _options = options;
        _logger = logger;
        (Remote, Address) = PeerSocket.RemoteOf(socket);
    }

    /// <summary>Address of the other side, for log lines.</summary>
    public string Remote { get; }

    /// <summary>The same without the port.</summary>
    public IPAddress Address { get; }

    /// <summary>The peer, once its hello was accepted; 0 before.</summary>
    public ulong From { get; private set; }

    /// <summary>The lane, once its hello was accepted.</summary>
    public Lane Lane { get; private set; }

    /// <summary>The thread's body.</summary>
    public void Run()
    {
        try
        {
            PeerSocket.Configure(_socket, _options.StallTimeout);
            if (Serve() is { } refusal)
            {
                _transport.TrafficOf(From)?.ReceiveFailed();
                _listener.Refusals.Refused(Remote, refusal);
            }
        }
        catch (Exception e) when (e is SocketException or PeerLinkException or ObjectDisposedException or EndOfStreamException or OperationCanceledException)
        {
            // The peer or this node closed it. The dialling side logs the life of the connection; there is nothing to add here.
            _transport.TrafficOf(From)?.ReceiveFailed();
            _logger.PeerConnectionEnded(Remote, From, e.Message);
        }
        catch (Exception e)
        {
            // Any error caused by peer input closes this connection; it must never end the process.
            _logger.PeerConnectionFailed(e, Remote, From);
        }
        finally
        {
            _link.Dispose();
            _listener.OnEnded(this);
        }
    }

    public void Dispose() => PeerSocket.Close(_socket);

    /// <summary>Another connection wants this place: detect soon whether the other side is gone.</summary>
    public void ProbeSoon() => PeerSocket.ProbeSoon(_socket);

    /// <returns>Why the connection was refused; null when it simply ended.</returns>
    private Refusal? Serve()
    {
        _socket.SendTimeout = (int)_options.HandshakeTimeout.TotalMilliseconds;
        PeerReception reception = new(_link, Address, _options.Security, new HandshakeDeadline(_options.HandshakeTimeout, TimeProvider.System));
        (PeerHello? hello, Refusal? unreadable) = reception.Read();
        _listener.OnHello(this);
        if (hello is null)
        {
            // Not a member: it gets no answer, or none but that it has proved nothing.
            return unreadable;
        }

        PeerHandshake handshake = PeerHandshake.Check(hello, _options, _transport);
        bool asksOnly = hello.Lane is Lane.Members or Lane.Confirm or Lane.Acknowledged;
        if (handshake.Refusal is null && !asksOnly)
        {
            handshake = Place(hello);
        }

        _link.SendAll(reception.Frames(PeerHandshake.Welcome(hello, handshake.Outcome, _options)));
        if (handshake.Refusal is not null || asksOnly)
        {
            return handshake.Refusal;
        }

        _transport.OnStatedUrls(From, reception.StatedUrls());
        FrameReader frames = new(_link, FrameFormat.BytesMax(Lane));
        _socket.ReceiveTimeout = Lane == Lane.Snapshot ? (int)_options.SnapshotStallTimeout.TotalMilliseconds : 0;
        return Lane switch
        {
            Lane.Snapshot => Explain(RefusalKind.Snapshot, SnapshotLaneReader.Run(this, frames, _transport, _options, _link.SendAll)),
            Lane.Probe => Explain(RefusalKind.Frame, ProbeEcho.Run(frames, _link.SendAll)),
            _ => Explain(RefusalKind.Frame, ReadMessages(frames)),
        };
    }

    /// <summary>Takes the member's place for this lane, when the connection is confirmed by the member or the place is free.</summary>
    private PeerHandshake Place(PeerHello hello)
    {
        Confirmation said = _transport.Confirm(hello.From, hello.Dial);
        if (said == Confirmation.Denied)
        {
            return new PeerHandshake(
                HelloOutcome.HelloNotDialled, new Refusal(RefusalKind.NotDialled, $"it came in the name of member {hello.From:x}, which says that it is not dialling"));
        }

        From = hello.From;
        Lane = hello.Lane;
        if (said != Confirmation.TooMany && _listener.TryTakePlace(this, said == Confirmation.Confirmed))
        {
            return new PeerHandshake(HelloOutcome.HelloAccepted, null);
        }

        string why = said == Confirmation.TooMany
            ? $"too many connections in the name of member {From:x} wait for its word"
            : $"member {From:x} has a connection for the {Lane} lane already, and could not be asked whether this one is newer";
        return new PeerHandshake(HelloOutcome.HelloBusy, new Refusal(RefusalKind.Busy, why));
    }

    private static Refusal? Explain(RefusalKind kind, string? reason) => reason is null ? null : new Refusal(kind, reason);

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
                // One call for all messages of one receive.
                _transport.OnReceived(From, CollectionsMarshal.AsSpan(_arrived));
                _arrived.Clear();
            }
        }
    }
}
