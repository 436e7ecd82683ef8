using MetaStore.Protocol.Peer;
using MetaStore.Raft.Messages;
using MetaStore.Raft.Runtime.Transport.Security;
using Microsoft.Extensions.Logging;

namespace MetaStore.Raft.Runtime.Transport.Dialing;

/// <summary>Keeps one lane to one peer connected: dials, waits for the end, backs off, dials again.</summary>
internal sealed class OutboundLane
{
    private readonly OutboundPeer _peer;
    private readonly Lane _lane;
    private readonly long _bytesMax;
    private readonly PeerDialer _dialer;
    private readonly TcpPeerTransportOptions _options;
    private readonly ILogger _logger;
    private volatile LaneConnection? _connection;
    private string? _lastError;

    public OutboundLane(OutboundPeer peer, Lane lane, long bytesMax, PeerDialer dialer, TcpPeerTransportOptions options, ILogger logger)
    {
        _peer = peer;
        _lane = lane;
        _bytesMax = bytesMax;
        _dialer = dialer;
        _options = options;
        _logger = logger;
    }

    public bool IsConnected => _connection is not null;

    public string? LastError => Volatile.Read(ref _lastError);

    /// <returns>False when the message was dropped.</returns>
    public bool TryQueue(Message message) => _connection is { } connection && connection.TryQueue(message);

    public void Flush() => _connection?.Flush();

    /// <summary>Runs until <paramref name="stop"/>.</summary>
    public async Task RunAsync(CancellationToken stop)
    {
        TimeSpan delay = _options.ReconnectDelayMin;
        for (int attempt = 0; !stop.IsCancellationRequested; attempt++)
        {
            try
            {
                DialResult dialled = await _dialer.DialAsync(_peer.Node, _peer.UrlFor(attempt), _lane, stop);
                if (dialled.Link is { } link)
                {
                    delay = _options.ReconnectDelayMin;
                    _peer.OnWelcome(dialled);
                    _options.OnAnswered(_peer.Node, false);
                    await ServeAsync(link, stop);
                }
                else
                {
                    LogOnce(dialled.Error);
                    if (dialled.Refusal == HelloOutcome.HelloRemoved)
                    {
                        _options.OnAnswered(_peer.Node, true);
                    }
                }

                // Half of the pause is random, so that nodes that lost each other do not dial in step.
                await Task.Delay(delay * (1 - (Random.Shared.NextDouble() / 2)), stop);
                delay = TimeSpan.FromTicks(Math.Min(delay.Ticks * 2, _options.ReconnectDelayMax.Ticks));
            }
            catch (OperationCanceledException) when (stop.IsCancellationRequested)
            {
                return;
            }
            catch (Exception e)
            {
                // An invalid address, or a bug: the lane must keep trying, or the peer stays unreachable until a restart.
                _logger.PeerConnectionFailed(e, _peer.UrlFor(attempt).Authority, _peer.Node);
                await Task.Delay(_options.ReconnectDelayMax, CancellationToken.None);
            }
        }
    }

    private async Task ServeAsync(PeerLink link, CancellationToken stop)
    {
        using PeerLink open = link;
        using LaneConnection connection = new(link, _bytesMax, _peer.Traffic);
        _connection = connection;
        Volatile.Write(ref _lastError, null);
        _peer.OnLaneChanged();
        _logger.PeerLaneConnected(_peer.Node, _lane);
        try
        {
            string ended = await connection.WaitForEndAsync(stop);
            LogOnce(ended);
        }
        finally
        {
            _connection = null;
            _peer.OnLaneChanged();
        }
    }

    /// <summary>Logs a reason once, and again only when it changes: a peer that is down must not flood the log.</summary>
    private void LogOnce(string? error)
    {
        if (error is not null && Interlocked.Exchange(ref _lastError, error) != error)
        {
            _logger.PeerLaneDown(_peer.Node, _lane, error);
        }
    }
}
