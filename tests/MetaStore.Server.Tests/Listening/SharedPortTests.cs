using System.Net;
using System.Net.Sockets;
using System.Text;
using Grpc.Net.Client;
using MetaStore.Server.Tests.Calls.Echoing;

namespace MetaStore.Server.Tests.Listening;

/// <summary>One cleartext port for all protocols, detected by the first bytes.</summary>
public sealed class SharedPortTests(EchoServer server) : IClassFixture<EchoServer>
{
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(30);

    [Fact]
    public async Task Http1_BesideHttp2_BothAnswer()
    {
        using var http = new HttpClient(new SocketsHttpHandler { UseProxy = false });
        Assert.Equal("fallback HTTP/1.1 /version", await http.GetStringAsync(new Uri(server.Address, "/version")));
        using var channel = GrpcChannel.ForAddress(server.Address);
        await new Echo.EchoClient(channel).UnaryAsync(new EchoRequest());
    }

    [Fact]
    public async Task Http1_GrpcContentType_GoesToTheFallback()
    {
        using var http = new HttpClient(new SocketsHttpHandler { UseProxy = false });
        using var content = new ByteArrayContent([0, 0, 0, 0, 0]);
        content.Headers.TryAddWithoutValidation("content-type", "application/grpc");
        using var response = await http.PostAsync(new Uri(server.Address, "/metastore.test.Echo/Unary"), content);
        Assert.StartsWith("fallback HTTP/1.1", await response.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Fallback_Throws_Is500AndLogged()
    {
        await using var own = new EchoServerOwner();
        await own.StartAsync();
        using var http = new HttpClient(new SocketsHttpHandler { UseProxy = false });
        using var response = await http.GetAsync(new Uri(own.Server.Address, "/throw"));
        Assert.Equal(HttpStatusCode.InternalServerError, response.StatusCode);
        Assert.Contains("/throw", Assert.Single(own.Server.Log.Lines), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("GARBAGE\r\n\r\n")]
    [InlineData("PRI * HTTP/2.0\r\n\r\nnot SM")]
    [InlineData("PRX")]
    public async Task Connection_Garbage_IsClosed(string garbage)
    {
        using var socket = await ConnectAsync();
        await socket.SendAsync(Encoding.ASCII.GetBytes(garbage));
        await ReadToEndAsync(socket);
    }

    [Fact]
    public async Task Connection_TlsHello_IsClosedWithOneWarning()
    {
        await using var own = new EchoServerOwner();
        await own.StartAsync();
        using var socket = await ConnectAsync(own.Server.EndPoint);
        await socket.SendAsync(new byte[] { 0x16, 0x03, 0x01, 0x02, 0x00, 0x01, 0x00 });
        Assert.Equal(0, await ReadToEndAsync(socket));
        Assert.Contains("TLS handshake on a port without TLS", Assert.Single(own.Server.Log.Lines), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("")]
    [InlineData("PR")]
    public async Task Connection_Idle_IsClosedAfterTheTimeout(string beginning)
    {
        using var socket = await ConnectAsync();
        if (beginning.Length > 0)
        {
            await socket.SendAsync(Encoding.ASCII.GetBytes(beginning));
        }

        Assert.Equal(0, await ReadToEndAsync(socket));
    }

    [Fact]
    public async Task Connection_PrefaceByteByByte_IsHttp2()
    {
        using var socket = await ConnectAsync();
        socket.NoDelay = true;
        foreach (var b in Encoding.ASCII.GetBytes("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"))
        {
            await socket.SendAsync(new[] { b });
        }

        await socket.SendAsync(new byte[] { 0, 0, 0, 4, 0, 0, 0, 0, 0 });
        var header = new byte[9];
        using var patience = new CancellationTokenSource(s_patience);
        Assert.NotEqual(0, await socket.ReceiveAsync(header, patience.Token));
        Assert.Equal(4, header[3]);
    }

    private Task<Socket> ConnectAsync() => ConnectAsync(server.EndPoint);

    private static async Task<Socket> ConnectAsync(IPEndPoint endPoint)
    {
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp);
        await socket.ConnectAsync(endPoint);
        return socket;
    }

    /// <summary>Waits until the server closes the connection.</summary>
    private static async Task<int> ReadToEndAsync(Socket socket)
    {
        using var patience = new CancellationTokenSource(s_patience);
        var buffer = new byte[4096];
        var total = 0;
        try
        {
            for (int read; (read = await socket.ReceiveAsync(buffer, patience.Token)) > 0;)
            {
                total += read;
            }
        }
        catch (SocketException e) when (e.SocketErrorCode == SocketError.ConnectionReset)
        {
            return total;
        }

        return total;
    }
}
