using System.Net;
using System.Net.Sockets;

namespace MetaStore.Cli.Tests.Processes;

/// <summary>A unix socket whose connections are forwarded to a TCP address.</summary>
internal sealed class SocketRelay : IAsyncDisposable
{
    private readonly Socket _listener = new(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
    private readonly CancellationTokenSource _end = new();
    private readonly Task _accepting;

    public SocketRelay(string path, string target)
    {
        Path = path;
        _listener.Bind(new UnixDomainSocketEndPoint(path));
        _listener.Listen();
        _accepting = AcceptAsync(IPEndPoint.Parse(target));
    }

    /// <summary>Path of the socket.</summary>
    public string Path { get; }

    public async ValueTask DisposeAsync()
    {
        await _end.CancelAsync();
        _listener.Dispose();
        await _accepting;
        _end.Dispose();
        File.Delete(Path);
    }

    private async Task AcceptAsync(IPEndPoint target)
    {
        var connections = new List<Task>();
        try
        {
            while (true)
            {
                connections.Add(PassOnAsync(await _listener.AcceptAsync(_end.Token), target));
            }
        }
        catch (Exception closed) when (_end.IsCancellationRequested && closed is OperationCanceledException or SocketException or ObjectDisposedException)
        {
            await Task.WhenAll(connections);
        }
    }

    private async Task PassOnAsync(Socket client, IPEndPoint target)
    {
        using var server = new Socket(SocketType.Stream, ProtocolType.Tcp);
        await server.ConnectAsync(target);
        await using var left = new NetworkStream(client, ownsSocket: true);
        await using var right = new NetworkStream(server);
        try
        {
            await Task.WhenAny(left.CopyToAsync(right, _end.Token), right.CopyToAsync(left, _end.Token));
        }
        catch (Exception over) when (over is IOException or OperationCanceledException)
        {
            return; // either side has gone
        }
    }
}
