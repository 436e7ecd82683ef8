using System.Net.Sockets;
using System.Text;
using MetaStore.Server.Tests.Calls.Echoing;
using MetaStore.Testing;

namespace MetaStore.Server.Tests.Calls;

/// <summary>A client that goes away in the middle of its request is no error of the server, and costs no line of its log.</summary>
public sealed class ResetRequestTests : IAsyncLifetime
{
    private static readonly TimeSpan _limit = TimeSpan.FromSeconds(20);

    private readonly EchoServer _server = new();

    public Task InitializeAsync() => _server.InitializeAsync();

    public Task DisposeAsync() => _server.DisposeAsync();

    [Fact]
    public async Task HalfABodyThenReset_IsNotLogged()
    {
        for (int i = 0; i < 20; i++)
        {
            using Socket socket = new(SocketType.Stream, ProtocolType.Tcp) { LingerState = new LingerOption(enable: true, seconds: 0) };
            await socket.ConnectAsync(_server.EndPoint);
            int reading = _server.Pages.Reading;
            await socket.SendAsync(Encoding.ASCII.GetBytes("POST /read HTTP/1.1\r\nHost: a\r\nContent-Length: 1000\r\n\r\nhalf"));
            await Eventually.TrueAsync(() => _server.Pages.Reading == reading + 1, _limit, () => "the body is not read");
        }

        await Eventually.TrueAsync(() => _server.Pages.Ended == 20, _limit, () => $"{_server.Pages.Ended} have ended");
        await _server.DisposeAsync();
        _server.Log.AssertQuiet();
    }
}
