using System.Buffers.Binary;
using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using Google.Protobuf;
using MetaStore.Protocol.Peer;

namespace MetaStore.Robustness.HostilePeer;

/// <summary>Listens at the address of a learner that exists only in the configuration: reads what members send and acknowledges every index.</summary>
internal sealed class PretendedLearner : IAsyncDisposable
{
    private readonly TcpListener _listener;
    private readonly ulong _clusterId;
    private readonly Func<ulong> _id;
    private readonly ConcurrentDictionary<Socket, Task> _open = new();
    private readonly Task _accepting;

    /// <param name="port">Its peer port on loopback.</param>
    /// <param name="clusterId">The cluster's id.</param>
    /// <param name="id">Returns its member id, once assigned.</param>
    public PretendedLearner(int port, ulong clusterId, Func<ulong> id)
    {
        _listener = new TcpListener(IPAddress.Loopback, port);
        _clusterId = clusterId;
        _id = id;
        _listener.Start();
        _accepting = AcceptAsync();
    }

    public async ValueTask DisposeAsync()
    {
        _listener.Stop();
        await _accepting;
        foreach (Socket socket in _open.Keys)
        {
            socket.Dispose();
        }

        await Task.WhenAll(_open.Values);
    }

    private async Task AcceptAsync()
    {
        try
        {
            while (true)
            {
                Socket socket = await _listener.AcceptSocketAsync();
                _open[socket] = ServeAsync(socket);
            }
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            // Stopped.
        }
    }

    private async Task ServeAsync(Socket socket)
    {
        await Task.Yield();
        byte[] buffer = new byte[64 << 10];
        try
        {
            await ReadAsync(socket, buffer.AsMemory(0, 16));
            int length = BinaryPrimitives.ReadInt32LittleEndian(buffer.AsSpan(8));
            await ReadAsync(socket, buffer.AsMemory(0, length));
            PeerWelcome welcome = new()
            {
                Outcome = HelloOutcome.HelloAccepted,
                Version = 1,
                ClusterId = _clusterId,
                NodeId = _id(),
                ConfirmsDials = true,
            };
            await socket.SendAsync(WireFrame.Of(welcome.ToByteArray()));
            while (await socket.ReceiveAsync(buffer) > 0)
            {
                // The content is ignored.
            }
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException or EndOfStreamException)
        {
            // A member closed the connection, or the run ends.
        }
        finally
        {
            socket.Dispose();
            _open.TryRemove(socket, out _);
        }
    }

    private static async Task ReadAsync(Socket socket, Memory<byte> target)
    {
        while (!target.IsEmpty)
        {
            int received = await socket.ReceiveAsync(target);
            target = received > 0 ? target[received..] : throw new EndOfStreamException("the member closed the connection");
        }
    }
}
