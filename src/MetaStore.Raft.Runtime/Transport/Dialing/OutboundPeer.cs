using MetaStore.Protocol.Peer;
using MetaStore.Raft.Messages;
using MetaStore.Raft.Runtime.Background;
using Microsoft.Extensions.Logging;

namespace MetaStore.Raft.Runtime.Transport.Dialing;

/// <summary>One peer: its addresses and its two outgoing lanes.</summary>
internal sealed class OutboundPeer : IAsyncDisposable
{
    private readonly CancellationTokenSource _stop = new();
    private readonly ILogger _logger;
    private readonly OutboundLane _control;
    private readonly OutboundLane _append;
    private readonly PeerProbe _probe;
    private readonly Lock _gate = new();
    private IReadOnlyList<Uri> _urls;
    private IReadOnlyList<Uri> _stated = [];
    private IReadOnlyList<Uri> _addresses;
    private DateTimeOffset? _activeSince;
    private string _snapshotFiles = "";
    private bool? _knowsUsers;
    private bool? _knowsLeaseEpochs;
    private bool _answersProbes;
    private bool _confirmsDials;
    private Task _running = Task.CompletedTask;

    public OutboundPeer(ulong node, IReadOnlyList<Uri> urls, PeerDialer dialer, TcpPeerTransportOptions options, ILogger logger)
    {
        Node = node;
        _logger = logger;
        _urls = urls;
        _addresses = urls;
        _control = new OutboundLane(this, Lane.Control, options.ControlQueueBytesMax, dialer, options, logger);
        _append = new OutboundLane(this, Lane.Append, options.AppendQueueBytesMax, dialer, options, logger);
        _probe = new PeerProbe(this, dialer, options);
    }

    public ulong Node { get; }

    public PeerTraffic Traffic { get; } = new();

    /// <summary>Number of addresses that <see cref="UrlFor"/> gives in turn.</summary>
    public int AddressCount => Volatile.Read(ref _addresses).Count;

    public PeerStatus Status
    {
        get
        {
            lock (_gate)
            {
                return new PeerStatus(Node, _activeSince is not null, _activeSince, _control.LastError ?? _append.LastError, Traffic)
                {
                    SnapshotFiles = _snapshotFiles,
                    KnowsUsers = _knowsUsers,
                    KnowsLeaseEpochs = _knowsLeaseEpochs,
                };
            }
        }
    }

    /// <summary>It announced at the last connection that it answers probes.</summary>
    public bool AnswersProbes => Volatile.Read(ref _answersProbes);

    /// <summary>It announced at the last connection that it numbers its hellos.</summary>
    public bool ConfirmsDials => Volatile.Read(ref _confirmsDials);

    /// <summary>Addresses in turn: those of the list of members, then those that the member has stated.</summary>
    public Uri UrlFor(int attempt)
    {
        IReadOnlyList<Uri> addresses = Volatile.Read(ref _addresses);
        return addresses[attempt % addresses.Count];
    }

    /// <summary>Takes its peer URLs from the list of members. Others that it has stated are forgotten when they have changed.</summary>
    public void Update(IReadOnlyList<Uri> urls)
    {
        lock (_gate)
        {
            if (!urls.SequenceEqual(_urls))
            {
                (_urls, _stated) = (urls, []);
                Volatile.Write(ref _addresses, urls);
            }
        }
    }

    /// <summary>Takes addresses that the member has stated, and has proved to be its own, in place of those that it stated before.</summary>
    /// <returns>True when that added some.</returns>
    public bool State(IReadOnlyList<Uri> urls)
    {
        lock (_gate)
        {
            Uri[] others = [.. urls.Except(_urls)];
            if (others.SequenceEqual(_stated))
            {
                return false;
            }

            _stated = others;
            Volatile.Write(ref _addresses, [.. _urls, .. others]);
            return others.Length > 0;
        }
    }

    public void Start() => _running = Task.WhenAll(
        Begin("control lane", _control.RunAsync), Begin("append lane", _append.RunAsync), Begin("probes", _probe.RunAsync));

    /// <returns>False when the message was dropped.</returns>
    public bool TryQueue(Message message)
    {
        OutboundLane lane = PeerLane.Of(message.Type) == Lane.Append ? _append : _control;
        if (lane.TryQueue(message))
        {
            return true;
        }

        Traffic.Drop();
        return false;
    }

    /// <summary>Control first: it is small and latency-sensitive.</summary>
    public void Flush()
    {
        _control.Flush();
        _append.Flush();
    }

    /// <summary>Records what the peer announced when a connection to it was established.</summary>
    public void OnWelcome(in DialResult dialled)
    {
        lock (_gate)
        {
            _snapshotFiles = dialled.SnapshotFiles;
            _knowsUsers = dialled.KnowsUsers;
            _knowsLeaseEpochs = dialled.KnowsLeaseEpochs;
        }

        Volatile.Write(ref _answersProbes, dialled.AnswersProbes);
        Volatile.Write(ref _confirmsDials, dialled.ConfirmsDials);
    }

    public void OnLaneChanged()
    {
        lock (_gate)
        {
            bool active = _control.IsConnected && _append.IsConnected;
            if (!active && _activeSince is not null)
            {
                Traffic.Disconnected();
            }

            _activeSince = active ? _activeSince ?? TimeProvider.System.GetUtcNow() : null;
        }
    }

    /// <summary>A failed lane would leave the peer unreachable until the next start, so it is restarted.</summary>
    private Task Begin(string name, Func<CancellationToken, Task> loop) =>
        Task.Run(() => SupervisedLoop.RunAsync($"{name} to member {Node:x}", loop, _logger, TimeProvider.System, _stop.Token));

    /// <summary>Stops dialling and closes both lanes.</summary>
    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _running;
        _stop.Dispose();
    }
}
