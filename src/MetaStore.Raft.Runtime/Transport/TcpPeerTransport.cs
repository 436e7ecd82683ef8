using System.Collections.Immutable;
using System.Net;
using MetaStore.Protocol.Peer;
using MetaStore.Raft.Messages;
using MetaStore.Raft.Runtime.Background;
using MetaStore.Raft.Runtime.Node.Inbox;
using MetaStore.Raft.Runtime.Observability;
using MetaStore.Raft.Runtime.Transport.Dialing;
using MetaStore.Raft.Runtime.Transport.Listening;
using Microsoft.Extensions.Logging;

namespace MetaStore.Raft.Runtime.Transport;

/// <summary>Peers over TCP, or TLS over it: two one-way connections in each direction between two members, framed and checked.</summary>
/// <remarks>
/// <see cref="Send"/> writes to the socket on the caller's thread while the socket accepts data; incoming connections are read by a
/// thread each. So a message costs one wake-up, at its receiver. Thread-safe.
/// </remarks>
public sealed class TcpPeerTransport : IPeerTransport
{
    private readonly TcpPeerTransportOptions _options;
    private readonly ILogger _logger;
    private readonly PeerDialer _dialer;
    private readonly DialConfirmation _confirmation;
    private readonly SnapshotSender _snapshots;
    private readonly PeerListener _listener;
    private readonly Lock _gate = new();
    private readonly CancellationTokenSource _stop = new();
    private ImmutableDictionary<ulong, OutboundPeer> _peers = ImmutableDictionary<ulong, OutboundPeer>.Empty;
    private OutboundPeer[] _flushOrder = [];
    private ImmutableHashSet<ulong> _removed = [];
    private IPeerReceiver? _receiver;
    private long _unknownSenderMessages;
    private long _refusedMessages;

    /// <summary>Binds the listening address; nothing is accepted before <see cref="Start"/>.</summary>
    /// <exception cref="PeerListenException">The address cannot be used; the message names it.</exception>
    public TcpPeerTransport(TcpPeerTransportOptions options, ILogger logger)
    {
        _options = options;
        _logger = logger;
        _dialer = new PeerDialer(options);
        _confirmation = new DialConfirmation(_dialer, options);
        _snapshots = new SnapshotSender(_dialer, options);
        _listener = new PeerListener(this, options, logger);
        Port = new PeerPortCounts(_listener);
    }

    /// <summary>The address listened on, with the actual port.</summary>
    public IPEndPoint ListenAddress => _listener.Address;

    /// <summary>Counters of the listening address.</summary>
    public PeerPortCounts Port { get; }

    /// <inheritdoc/>
    public IReadOnlyList<PeerStatus> Peers => [.. _flushOrder.Select(peer => peer.Status)];

    /// <summary>Messages that were dropped because their sender is not a member.</summary>
    public long UnknownSenderMessages => Volatile.Read(ref _unknownSenderMessages);

    /// <inheritdoc/>
    public long RefusedMessages => Volatile.Read(ref _refusedMessages);

    /// <inheritdoc/>
    public void Start(IPeerReceiver receiver)
    {
        lock (_gate)
        {
            _receiver = receiver;
            _listener.Start();
            foreach (OutboundPeer peer in _flushOrder)
            {
                peer.Start();
            }
        }
    }

    /// <inheritdoc/>
    public void Send(IReadOnlyList<Message> messages)
    {
        ImmutableDictionary<ulong, OutboundPeer> peers = _peers;
        for (int i = 0; i < messages.Count; i++)
        {
            Message message = messages[i];
            if (peers.TryGetValue(message.To, out OutboundPeer? peer) && !peer.TryQueue(message))
            {
                _receiver?.OnUnreachable(message.To);
            }
        }

        foreach (OutboundPeer peer in _flushOrder)
        {
            peer.Flush();
        }
    }

    /// <inheritdoc/>
    public void SendSnapshot(Message install, Stream body, long length) =>
        SupervisedTask.Observe("sending of a snapshot", Task.Run(() => SendSnapshotAsync(install, body, length)), _logger);

    /// <inheritdoc/>
    public async Task<AcknowledgedIndex?> AskAcknowledgedAsync(ulong leader)
    {
        if (!_peers.TryGetValue(leader, out OutboundPeer? peer))
        {
            return null;
        }

        for (int attempt = 0; attempt < peer.AddressCount; attempt++)
        {
            DialResult dialled = await _dialer.DialAsync(leader, peer.UrlFor(attempt), Lane.Acknowledged, _stop.Token);
            if (dialled.Link is { } link)
            {
                link.Dispose();
                return dialled.Acknowledged;
            }
        }

        return null;
    }

    /// <inheritdoc/>
    public void AddPeer(ulong node, IReadOnlyList<Uri> urls)
    {
        ArgumentOutOfRangeException.ThrowIfZero(urls.Count);
        if (node == _options.NodeId)
        {
            return;
        }

        lock (_gate)
        {
            if (_stop.IsCancellationRequested)
            {
                // Nothing would end its connections any more.
                return;
            }

            if (_peers.TryGetValue(node, out OutboundPeer? known))
            {
                known.Update(urls);
                return;
            }

            OutboundPeer peer = new(node, urls, _dialer, _options, _logger);
            Replace(_peers.Add(node, peer));
            _removed = _removed.Remove(node);
            if (_receiver is not null)
            {
                peer.Start();
            }
        }
    }

    /// <inheritdoc/>
    public void RemovePeer(ulong node)
    {
        OutboundPeer? peer;
        lock (_gate)
        {
            _removed = _removed.Add(node);
            if (!_peers.TryGetValue(node, out peer))
            {
                return;
            }

            Replace(_peers.Remove(node));
        }

        SupervisedTask.Observe("end of the connections to a removed member", peer.DisposeAsync().AsTask(), _logger);
        _listener.Close(connection => connection.From == node);
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        if (_stop.IsCancellationRequested)
        {
            return;
        }

        await _stop.CancelAsync();
        await _listener.DisposeAsync();
        OutboundPeer[] peers;
        lock (_gate)
        {
            peers = _flushOrder;
            Replace(ImmutableDictionary<ulong, OutboundPeer>.Empty);
        }

        await Task.WhenAll(peers.Select(peer => peer.DisposeAsync().AsTask()));
    }

    internal void CountRefusedMessage() => Interlocked.Increment(ref _refusedMessages);

    internal bool IsRemoved(ulong node) => _removed.Contains(node);

    internal bool IsKnown(ulong node) => _peers.ContainsKey(node);

    internal bool IsDialling(ulong node, ulong number) => _dialer.IsDialling(node, number);

    /// <summary>Asks a member whether a hello in its name is its own; blocks for a second at most.</summary>
    internal Confirmation Confirm(ulong node, ulong number) => _peers.TryGetValue(node, out OutboundPeer? peer)
        ? _confirmation.AskAsync(peer, number, _stop.Token).GetAwaiter().GetResult()
        : Confirmation.Denied;

    /// <summary>A member that has proved who it is says where it can be reached.</summary>
    internal void OnStatedUrls(ulong node, IReadOnlyList<Uri> urls)
    {
        if (_peers.TryGetValue(node, out OutboundPeer? peer) && peer.State(urls))
        {
            _logger.PeerStatesUrls(node, string.Join(", ", urls.Select(url => url.GetLeftPart(UriPartial.Authority))));
        }
    }

    internal PeerTraffic? TrafficOf(ulong node) => _peers.GetValueOrDefault(node)?.Traffic;

    /// <summary>Passes received messages on. Messages of nodes that are not members (any more) are dropped.</summary>
    internal void OnReceived(ulong from, ReadOnlySpan<Message> messages)
    {
        if (_peers.ContainsKey(from))
        {
            _receiver!.OnMessages(messages);
        }
        else
        {
            Interlocked.Add(ref _unknownSenderMessages, messages.Length);
        }
    }

    internal bool ReceiveSnapshot(ulong from, Message install, Stream body, long length) =>
        _peers.ContainsKey(from) && _receiver!.OnSnapshot(install, body, length);

    private async Task SendSnapshotAsync(Message install, Stream body, long length)
    {
        string? error;
        await using (body)
        {
            try
            {
                error = _peers.TryGetValue(install.To, out OutboundPeer? peer)
                    ? await _snapshots.SendAsync(peer, install, body, length, _stop.Token)
                    : "the member is not known";
            }
            catch (OperationCanceledException)
            {
                error = "this node is stopping";
            }
            catch (Exception e)
            {
                // Reported as a failure for any exception: a follower without a reported outcome is never sent anything again.
                error = e.Message;
            }
        }

        _logger.SnapshotSent(install.To, install.Snapshot!.Index, length, error ?? "delivered");
        _receiver?.OnSnapshotSent(install.To, error is null);
    }

    private void Replace(ImmutableDictionary<ulong, OutboundPeer> peers)
    {
        _peers = peers;
        _flushOrder = [.. peers.Values.OrderBy(peer => peer.Node)];
    }
}
