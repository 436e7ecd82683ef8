using System.Net;
using System.Net.Sockets;
using MetaStore.Raft.Runtime.Transport.Handshake;
using Microsoft.Extensions.Logging;

namespace MetaStore.Raft.Runtime.Transport.Listening;

/// <summary>Accepts connections of peers and starts a reading thread for each.</summary>
/// <remarks>
/// A blocked thread is woken by the kernel with the data, without a poller and the thread pool; a member has few peers, so there
/// are few threads. Their number is bounded: during the handshake by a limit, afterwards by the members' places.
/// </remarks>
internal sealed class PeerListener : IAsyncDisposable
{
    private const int ReaderStackBytes = 256 << 10;

    /// <summary>TLS handshakes run on the reading threads; checking a chain of certificates goes deep.</summary>
    private const int TlsReaderStackBytes = 1 << 20;

    private const int Backlog = 512;

    private readonly TcpPeerTransport _transport;
    private readonly TcpPeerTransportOptions _options;
    private readonly ILogger _logger;
    private readonly Socket _socket;
    private readonly CancellationTokenSource _stop = new();
    private readonly Lock _gate = new();
    private readonly HashSet<InboundConnection> _connections = [];
    private readonly PendingHandshakes _handshakes;
    private readonly PeerPlaces _places = new();
    private readonly ConnectionRate _rate;
    private Task _accepting = Task.CompletedTask;

    /// <exception cref="PeerListenException">The address cannot be used.</exception>
    public PeerListener(TcpPeerTransport transport, TcpPeerTransportOptions options, ILogger logger)
    {
        _transport = transport;
        _options = options;
        _logger = logger;
        Refusals = new RejectionLog(logger, TimeProvider.System);
        _handshakes = new PendingHandshakes(options.HandshakesMax);
        _rate = new ConnectionRate(options.ConnectionsPerSecondMax, TimeProvider.System);
        _socket = options.BoundSocket ?? new Socket(options.Listen.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            if (!_socket.IsBound)
            {
                _socket.Bind(options.Listen);
            }

            _socket.Listen(Backlog);
        }
        catch (SocketException e)
        {
            _socket.Dispose();
            throw new PeerListenException(options.Listen, e);
        }
    }

    public IPEndPoint Address => (IPEndPoint)_socket.LocalEndPoint!;

    /// <summary>Counts and logs refused connections.</summary>
    public RejectionLog Refusals { get; }

    /// <summary>Connections in a handshake.</summary>
    public int Handshakes => _handshakes.Count;

    /// <summary>Connections that hold the place of a member.</summary>
    public int Established => _places.Count;

    public void Start() => _accepting = Task.Run(AcceptAsync);

    /// <summary>Called by a connection's thread when its hello has been read: its handshake is no longer pending.</summary>
    public void OnHello(InboundConnection connection) => _handshakes.Remove(connection);

    /// <summary>Called by a connection's thread: requests the place of its member and lane.</summary>
    public bool TryTakePlace(InboundConnection connection, bool isConfirmed) =>
        _places.TryTake(connection.From, connection.Lane, connection, isConfirmed);

    /// <summary>Called by a connection's thread when it ends.</summary>
    public void OnEnded(InboundConnection connection)
    {
        _handshakes.Remove(connection);
        _places.Leave(connection.From, connection.Lane, connection);
        lock (_gate)
        {
            _connections.Remove(connection);
        }
    }

    /// <summary>Closes every connection for which <paramref name="match"/> holds.</summary>
    public void Close(Func<InboundConnection, bool> match)
    {
        InboundConnection[] matching;
        lock (_gate)
        {
            matching = [.. _connections.Where(match)];
        }

        foreach (InboundConnection connection in matching)
        {
            connection.Dispose();
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _accepting;
        _socket.Dispose();
        Close(_ => true);
        _stop.Dispose();
    }

    private async Task AcceptAsync()
    {
        while (!_stop.IsCancellationRequested)
        {
            try
            {
                Accept(await _socket.AcceptAsync(_stop.Token));
            }
            catch (OperationCanceledException)
            {
                return;
            }
            catch (Exception e)
            {
                // Out of descriptors or threads, or the peer has disconnected already. Wait a little instead of spinning; never stop
                // listening.
                _logger.PeerAcceptFailed(Address, e.Message);
                await Task.Delay(_options.ReconnectDelayMin);
            }
        }
    }

    private void Accept(Socket socket)
    {
        InboundConnection connection = new(_transport, this, socket, _options, _logger);
        if (!_rate.Admits(connection.Address))
        {
            Refusals.Refused(connection.Remote, new Refusal(RefusalKind.Rate, $"more than {_options.ConnectionsPerSecondMax} connections of this address in a second"));
            socket.Dispose();
            return;
        }

        lock (_gate)
        {
            _connections.Add(connection);
        }

        if (_handshakes.Add(connection) is { } silent)
        {
            Refusals.Refused(silent.Remote, new Refusal(RefusalKind.Handshake, $"{_options.HandshakesMax} newer connections wait for their handshake"));
            silent.Dispose();
        }

        try
        {
            new Thread(connection.Run, _options.Security.ListensWithTls ? TlsReaderStackBytes : ReaderStackBytes) { IsBackground = true, Name = "peer-read" }.Start();
        }
        catch
        {
            connection.Dispose();
            OnEnded(connection);
            throw;
        }
    }
}
