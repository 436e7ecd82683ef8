using System.Net;
using System.Net.Sockets;

namespace MetaStore.Testing.HostileClient;

/// <summary>A TCP connection to a client port that sends arbitrary bytes. By default it reads and discards responses.</summary>
public sealed class RawConnection : IDisposable
{
    private static readonly TimeSpan ConnectLimit = TimeSpan.FromSeconds(10);

    private readonly Socket _socket;
    private readonly TaskCompletionSource _closed = new(TaskCreationOptions.RunContinuationsAsynchronously);

    private RawConnection(Socket socket) => _socket = socket;

    /// <summary>Completes when the server has closed the connection; only when responses are read.</summary>
    public Task Closed => _closed.Task;

    /// <summary>Bytes received.</summary>
    public long Received { get; private set; }

    /// <summary>Connects; null when the server or the kernel refuses.</summary>
    /// <param name="target">The client port.</param>
    /// <param name="isReading">Whether to read and discard responses, or to leave them in the socket buffer.</param>
    public static async Task<RawConnection?> TryOpenAsync(IPEndPoint target, bool isReading = true)
    {
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            using var limit = new CancellationTokenSource(ConnectLimit);
            await socket.ConnectAsync(target, limit.Token);
        }
        catch (Exception e) when (e is SocketException or OperationCanceledException)
        {
            socket.Dispose();
            return null;
        }

        var connection = new RawConnection(socket);
        if (isReading)
        {
            _ = connection.DropAnswersAsync();
        }

        return connection;
    }

    /// <summary>Opens an HTTP/2 connection.</summary>
    public static async Task<RawConnection?> TryOpenHttp2Async(IPEndPoint target, bool isReading = true)
    {
        var connection = await TryOpenAsync(target, isReading);
        if (connection is not null && !await connection.TrySendAsync(Frames.Preface, CancellationToken.None))
        {
            connection.Dispose();
            return null;
        }

        return connection;
    }

    /// <summary>Sends; false when the server has closed the connection or does not read before <paramref name="cancellationToken"/> fires.</summary>
    public async Task<bool> TrySendAsync(ReadOnlyMemory<byte> bytes, CancellationToken cancellationToken)
    {
        try
        {
            while (bytes.Length > 0)
            {
                bytes = bytes[await _socket.SendAsync(bytes, cancellationToken)..];
            }

            return !_closed.Task.IsCompleted;
        }
        catch (Exception e) when (e is SocketException or OperationCanceledException or ObjectDisposedException)
        {
            return false;
        }
    }

    /// <summary>Closes with a reset.</summary>
    public void Dispose()
    {
        _socket.Close(0);
        _closed.TrySetResult();
    }

    /// <summary>Runs until the connection is closed; any kind of close is accepted.</summary>
    private async Task DropAnswersAsync()
    {
        var buffer = new byte[16 << 10];
        try
        {
            for (int read; (read = await _socket.ReceiveAsync(buffer, SocketFlags.None)) > 0;)
            {
                Received += read;
            }
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            // Closed by one of the sides.
        }

        _closed.TrySetResult();
    }
}
