using System.Net;
using System.Net.Sockets;
using System.Text;
using MetaStore.Testing.Processes;

namespace MetaStore.Cli.Tests.Pages;

/// <summary>Answers every connection with the same bytes, or not at all.</summary>
internal sealed class PageServer : IAsyncDisposable
{
    private readonly CancellationTokenSource _end = new();
    private readonly TaskCompletionSource<string> _request = new();
    private readonly TcpListener _listener = new(IPAddress.Loopback, FreePorts.Take(1)[0]);
    private readonly Task _serving;

    public PageServer(string? answer)
    {
        _listener.Start();
        _serving = ServeAsync(answer is null ? null : Encoding.ASCII.GetBytes(answer));
    }

    public Uri Url => new($"http://{_listener.LocalEndpoint}");

    /// <summary>The head of the first request.</summary>
    public Task<string> RequestAsync() => _request.Task;

    public async ValueTask DisposeAsync()
    {
        await _end.CancelAsync();
        await _serving;
        _listener.Dispose();
        _end.Dispose();
    }

    private async Task ServeAsync(byte[]? answer)
    {
        var open = new List<Socket>();
        try
        {
            while (true)
            {
                var socket = await _listener.AcceptSocketAsync(_end.Token);
                open.Add(socket);
                var head = new byte[4096];
                var read = await socket.ReceiveAsync(head, _end.Token);
                _request.TrySetResult(Encoding.ASCII.GetString(head, 0, read));
                await socket.SendAsync(answer ?? [], _end.Token);
            }
        }
        catch (OperationCanceledException)
        {
            open.ForEach(socket => socket.Dispose());
        }
    }
}
