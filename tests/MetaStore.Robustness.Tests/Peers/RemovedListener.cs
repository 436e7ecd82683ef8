using System.Net;
using System.Net.Sockets;
using Google.Protobuf;
using MetaStore.Protocol.Peer;

namespace MetaStore.Robustness.Tests.Peers;

/// <summary>Listens at a member's address for a while and replies to every hello with "you were removed".</summary>
internal sealed class RemovedListener : IAsyncDisposable
{
    private readonly TcpListener _listener;
    private readonly CancellationTokenSource _stop = new();
    private readonly Task _serving;
    private int _answered;

    public RemovedListener(int port, ulong cluster, ulong member)
    {
        _listener = new TcpListener(IPAddress.Loopback, port);
        _listener.Start();
        _serving = ServeAsync(cluster, member);
    }

    /// <summary>Number of replies.</summary>
    public int Answered => Volatile.Read(ref _answered);

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _serving;
        _listener.Dispose();
        _stop.Dispose();
    }

    private async Task ServeAsync(ulong cluster, ulong member)
    {
        var welcome = HostilePeer.Frame(new PeerWelcome { Outcome = HelloOutcome.HelloRemoved, Version = 1, ClusterId = cluster, NodeId = member });
        try
        {
            while (true)
            {
                using var socket = await _listener.AcceptSocketAsync(_stop.Token);
                await socket.ReceiveAsync(new byte[1024], _stop.Token);
                await socket.SendAsync(welcome, _stop.Token);
                Interlocked.Increment(ref _answered);
                socket.Shutdown(SocketShutdown.Both);
            }
        }
        catch (OperationCanceledException)
        {
            // The test has ended.
        }
    }
}
