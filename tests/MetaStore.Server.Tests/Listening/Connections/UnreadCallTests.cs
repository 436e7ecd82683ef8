using Grpc.Core;
using MetaStore.Server.Tests.Hosting;
using System.Text;
using Grpc.Net.Client;
using MetaStore.Server.Listening;
using MetaStore.Server.Listening.Connections;
using MetaStore.Server.Tests.Calls.Echoing;
using MetaStore.Testing;
using MetaStore.Testing.HostileClient;

namespace MetaStore.Server.Tests.Listening.Connections;

/// <summary>Calls whose message does not arrive.</summary>
public sealed class UnreadCallTests : IAsyncLifetime
{
    private const int CallsThatFit = 64;
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(20);

    private readonly ListenerOptions _options = new() { Unread = new UnreadCalls(CallsThatFit * (17L << 10)) };
    private readonly EchoServer _server;

    public UnreadCallTests() => _server = new EchoServer(_options);

    public Task InitializeAsync() => _server.InitializeAsync();

    public Task DisposeAsync() => _server.DisposeAsync();

    /// <summary>Kestrel's SETTINGS and WINDOW_UPDATE, and its acknowledgement of the client's SETTINGS.</summary>
    private const int GreetingBytes = 55;

    [Fact]
    public async Task HalfSent_MoreThanMemoryAllows_EndsThoseOfTheConnectionWithMost()
    {
        using var small = await OpenAsync(calls: 5);
        await Eventually.TrueAsync(() => _options.Unread.Bytes > 5 * (16 << 10), s_patience, () => "the first calls are not counted");
        await Eventually.TrueAsync(() => small.Received >= GreetingBytes, s_patience, () => $"{small.Received} bytes of the greeting were received");
        var smallReceived = small.Received;
        using var large = await OpenAsync(calls: 1000);
        await Eventually.TrueAsync(() => _options.Unread.Ended >= UnreadCalls.EndedMost, s_patience, () => $"{_options.Unread.Ended} calls were ended");
        await large.Closed.WaitAsync(s_patience);
        Assert.Contains("too many of its calls sent no message", Assert.Single(_server.Log.Lines), StringComparison.Ordinal);
        Assert.False(small.Closed.IsCompleted);
        Assert.True(_options.Unread.Bytes <= CallsThatFit * (17L << 10));
        Assert.Equal(smallReceived, small.Received);

        using var channel = GrpcChannel.ForAddress(_server.Address);
        await new Echo.EchoClient(channel).UnaryAsync(new EchoRequest());
        large.Dispose();
        small.Dispose();
        await Eventually.TrueAsync(
            () => _options.Unread.Bytes == 0 && _options.Calls.Open == 0,
            s_patience,
            () => $"of closed connections are still counted {_options.Unread.Bytes} bytes and {_options.Calls.Open} calls");
    }

    [Theory]
    [InlineData("/metastore.test.Echo/Unary", 0, true)]
    [InlineData("/metastore.test.Echo/Unary", 500, true)]
    [InlineData("/metastore.test.Echo/Duplex", 500, true)]
    [InlineData("/metastore.test.Echo/Duplex", 0, false)]
    public async Task HalfSent_ForLong_IsEnded_UnlessItIsAStreamThatHasNotBegun(string path, int bytes, bool isEnded)
    {
        using var connection = await RawConnection.TryOpenHttp2Async(_server.EndPoint);
        byte[] call = [.. Frames.Request(1, path), .. bytes == 0 ? [] : Frames.Of(Frames.Data, 0, 1, Frames.Message(0, 1000, new byte[bytes]))];
        Assert.True(await connection!.TrySendAsync(call, CancellationToken.None));
        await Eventually.TrueAsync(() => _options.Unread.Bytes >= (16 << 10) + bytes, s_patience, () => $"{_options.Unread.Bytes} bytes are counted");

        _options.Unread.EndSlow(Environment.TickCount64 + 29_000);
        Assert.Equal(0, _options.Unread.Ended);
        _options.Unread.EndSlow(Environment.TickCount64 + 32_000);
        Assert.Equal(isEnded ? 1 : 0, _options.Unread.Ended);
    }

    [Fact]
    public async Task HalfSent_JsonBodies_AreBoundedToo()
    {
        var connections = new List<RawConnection>();
        var request = Encoding.ASCII.GetBytes("POST /read HTTP/1.1\r\nHost: a\r\nContent-Length: 1000000\r\n\r\n" + new string('x', 40_000));
        for (var i = 0; i < CallsThatFit; i++)
        {
            var connection = (await RawConnection.TryOpenAsync(_server.EndPoint))!;
            connections.Add(connection);
            await connection.TrySendAsync(request, CancellationToken.None);
        }

        await Eventually.TrueAsync(() => _options.Unread.Ended > 0, s_patience, () => $"{_options.Unread.Bytes} bytes are held, no call was ended");
        Assert.True(_options.Unread.Bytes <= CallsThatFit * (17L << 10));
        connections.ForEach(connection => connection.Dispose());
    }

    [Fact]
    public async Task Calls_BeyondTheLimit_AreRefusedWithEtcdsText_WhereMostAre()
    {
        var server = new EchoServer(new ListenerOptions { Calls = new OpenCalls(512) });
        await server.InitializeAsync();
        try
        {
            // On a second connection, which the client is free to open, the last call would be one of few.
            using var handler = new SocketsHttpHandler { EnableMultipleHttp2Connections = false };
            using var many = GrpcChannel.ForAddress(server.Address, new GrpcChannelOptions { HttpHandler = handler });
            var open = Enumerable.Range(0, 256).Select(_ => new Echo.EchoClient(many).Duplex()).ToArray();
            foreach (var call in open)
            {
                await call.RequestStream.WriteAsync(new EchoRequest());
                await call.ResponseStream.ReadAsync();
            }

            using var other = GrpcChannel.ForAddress(server.Address);
            await new Echo.EchoClient(other).UnaryAsync(new EchoRequest());
            var refused = await Assert.ThrowsAsync<RpcException>(() => new Echo.EchoClient(many).UnaryAsync(new EchoRequest()).ResponseAsync);
            Assert.Equal((StatusCode.ResourceExhausted, "etcdserver: too many requests"), (refused.StatusCode, refused.Status.Detail));
            foreach (var call in open)
            {
                call.Dispose();
            }
        }
        finally
        {
            await server.DisposeAsync();
        }
    }

    private async Task<RawConnection> OpenAsync(int calls)
    {
        using var patience = new CancellationTokenSource(s_patience);
        return (await HalfSentCalls.OpenAsync(new Attack(_server.EndPoint, new Random(1), patience.Token), calls, "/metastore.test.Echo/Unary", bodyBytes: 100))!;
    }
}
