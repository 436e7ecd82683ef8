using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.Logging;

namespace MetaStore.Raft.Runtime.Transport.Listening;

/// <summary>Accepts connections of peers and gives each a thread that reads it.</summary>
/// <remarks>
/// A blocked thread is woken by the kernel with the data, without passing a poller and the thread pool; a member has few peers, so the
/// threads are few. Their number is bounded, whoever is beyond is closed at once.
/// </remarks>
internal sealed class PeerListener : IAsyncDisposable
{
    private const int ReaderStackBytes = 256 << 10;

    private readonly TcpPeerTransport _transport;
    private readonly TcpPeerTransportOptions _options;
    private readonly ILogger _logger;
    private readonly RefusalLog _refusals;
    private readonly Socket _socket;
    private readonly CancellationTokenSource _stop = new();
    private readonly Lock _gate = new();
    private readonly HashSet<InboundConnection> _connections = [];
    private Task _accepting = Task.CompletedTask;

    /// <exception cref="PeerListenException">The address cannot be used.</exception>
    public PeerListener(TcpPeerTransport transport, TcpPeerTransportOptions options, ILogger logger)
    {
        _transport = transport;
        _options = options;
        _logger = logger;
        _refusals = new RefusalLog(logger, TimeProvider.System);
        _socket = new Socket(options.Listen.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            _socket.Bind(options.Listen);
            _socket.Listen(128);
        }
        catch (SocketException e)
        {
            _socket.Dispose();
            throw new PeerListenException(options.Listen, e);
        }
    }

    public IPEndPoint Address => (IPEndPoint)_socket.LocalEndPoint!;

    public void Start() => _accepting = Task.Run(AcceptAsync);

    /// <summary>Called by a connection's thread when it ends.</summary>
    public void OnEnded(InboundConnection connection)
    {
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
            catch (SocketException e)
            {
                // Out of descriptors, or the peer was gone before we looked. Wait a little instead of spinning.
                _logger.PeerAcceptFailed(Address, e.Message);
                await Task.Delay(_options.ReconnectDelayMin);
            }
        }
    }

    private void Accept(Socket socket)
    {
        InboundConnection connection = new(_transport, this, socket, _options, _refusals, _logger);
        lock (_gate)
        {
            if (_connections.Count >= _options.ConnectionsMax)
            {
                _refusals.Refused(connection.Remote, $"{_options.ConnectionsMax} connections are open already");
                socket.Dispose();
                return;
            }

            _connections.Add(connection);
        }

        new Thread(connection.Run, ReaderStackBytes) { IsBackground = true, Name = "peer-read" }.Start();
    }
}
