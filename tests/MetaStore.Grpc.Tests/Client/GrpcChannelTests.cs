using System.Net;
using System.Net.Sockets;
using Google.Protobuf;
using MetaStore.Grpc.Client;
using MetaStore.Grpc.Tests.Echoing;

namespace MetaStore.Grpc.Tests.Client;

/// <summary>Our client against our server, over real connections.</summary>
public sealed class GrpcChannelTests(EchoServer server) : IClassFixture<EchoServer>, IDisposable
{
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(30);
    private readonly GrpcChannel _channel = new(server.Address);

    public void Dispose() => _channel.Dispose();

    [Theory]
    [InlineData(0)]
    [InlineData(5_000)]
    [InlineData(2_000_000)]
    public async Task Unary_Payload_ComesBack(int size)
    {
        var payload = ByteString.CopyFrom(new byte[size]);
        Assert.Equal(payload, (await _channel.UnaryAsync(EchoMethods.Unary, new EchoRequest { Payload = payload })).Payload);
        var compressed = new CallOptions { Compress = true };
        Assert.Equal(payload, (await _channel.UnaryAsync(EchoMethods.Unary, new EchoRequest { Payload = payload }, compressed)).Payload);
    }

    [Fact]
    public async Task Unary_LargeResponse_Arrives() =>
        Assert.Equal(10 << 20, (await _channel.UnaryAsync(EchoMethods.Unary, new EchoRequest { Size = 10 << 20 })).Payload.Length);

    [Fact]
    public async Task Unary_ErrorWithUnicodeText_IsExact()
    {
        var e = await Assert.ThrowsAsync<RpcException>(
            () => _channel.UnaryAsync(EchoMethods.Unary, new EchoRequest { Code = 9, Detail = "nicht möglich: 100% 😀\n" }));
        Assert.Equal(new Status(StatusCode.FailedPrecondition, "nicht möglich: 100% 😀\n"), e.Status);
    }

    [Fact]
    public async Task Unary_Metadata_TravelsBothWays()
    {
        byte[] raw = [0, 255, 128, 7];
        var receipt = new CallReceipt();
        var headers = new Metadata { { "x-text", "some text" }, { "x-raw-bin", raw } };
        await _channel.UnaryAsync(EchoMethods.Unary, new EchoRequest(), new CallOptions { Headers = headers, Receipt = receipt });
        Assert.Equal("some text", receipt.Headers.Get("x-text"));
        Assert.Equal(raw, receipt.Headers.GetBinary("x-raw-bin"));
        Assert.Equal(raw, receipt.Trailers.GetBinary("x-raw-bin"));
    }

    [Fact]
    public async Task Unary_ErrorWithMetadata_CarriesTrailers()
    {
        byte[] raw = [1, 2, 3];
        var options = new CallOptions { Headers = new Metadata { { "x-raw-bin", raw } } };
        var e = await Assert.ThrowsAsync<RpcException>(() => _channel.UnaryAsync(EchoMethods.Unary, new EchoRequest { Code = 5 }, options));
        Assert.Equal(raw, e.Trailers.GetBinary("x-raw-bin"));
    }

    [Fact]
    public async Task Unary_Deadline_EndsBothSides()
    {
        var before = server.Service.Cancelled;
        var e = await Assert.ThrowsAsync<RpcException>(
            () => _channel.UnaryAsync(EchoMethods.Wait, new EchoRequest(), new CallOptions { Timeout = TimeSpan.FromMilliseconds(50) }));
        Assert.Equal(StatusCode.DeadlineExceeded, e.StatusCode);
        await UntilAsync(() => server.Service.Cancelled > before);
    }

    [Fact]
    public async Task Unary_CallerCancels_ServerSeesIt()
    {
        var before = (server.Service.Cancelled, server.Observer.Started);
        using var cancel = new CancellationTokenSource();
        var call = _channel.UnaryAsync(EchoMethods.Wait, new EchoRequest(), new CallOptions { CancellationToken = cancel.Token });
        await UntilAsync(() => server.Observer.Started > before.Started);
        await cancel.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => call);
        await UntilAsync(() => server.Service.Cancelled > before.Cancelled);
        server.Log.AssertQuiet();
    }

    /// <summary>Cancelling at every moment of a call, before the server saw it or while it ends, is never the method's fault.</summary>
    [Fact]
    public async Task Unary_CancelledAtAnyMoment_IsNoErrorAtTheServer()
    {
        for (var i = 0; i < 200; i++)
        {
            using var cancel = new CancellationTokenSource();
            var call = _channel.UnaryAsync(EchoMethods.Wait, new EchoRequest(), new CallOptions { CancellationToken = cancel.Token });
            for (var spins = 0; spins < i * 20; spins++)
            {
                Thread.SpinWait(10);
            }

            await cancel.CancelAsync();
            await Assert.ThrowsAnyAsync<OperationCanceledException>(() => call);
        }

        await UntilAsync(() => server.Observer.Ended.Count >= server.Observer.Started);
        server.Log.AssertQuiet();
    }

    [Fact]
    public async Task Unary_RequestTooLarge_IsTheServersText()
    {
        var e = await Assert.ThrowsAsync<RpcException>(
            () => _channel.UnaryAsync(EchoMethods.Unary, new EchoRequest { Payload = ByteString.CopyFrom(new byte[2_097_152]) }));
        Assert.Equal(new Status(StatusCode.ResourceExhausted, "grpc: received message larger than max (2097157 vs. 2097152)"), e.Status);
    }

    [Fact]
    public async Task Unary_OwnLimits_AreKept()
    {
        using var small = new GrpcChannel(server.Address, new GrpcChannelOptions { MaxReceiveMessageBytes = 100, MaxSendMessageBytes = 50 });
        var received = await Assert.ThrowsAsync<RpcException>(() => small.UnaryAsync(EchoMethods.Unary, new EchoRequest { Size = 200 }));
        Assert.Equal("grpc: received message larger than max (203 vs. 100)", received.Status.Detail);
        var request = new EchoRequest { Payload = ByteString.CopyFrom(new byte[60]) };
        var sent = await Assert.ThrowsAsync<RpcException>(() => small.UnaryAsync(EchoMethods.Unary, request));
        Assert.Equal("trying to send message larger than max (62 vs. 50)", sent.Status.Detail);
    }

    [Fact]
    public async Task Unary_MethodThrows_IsUnknownWithoutTheCause()
    {
        await using var own = new EchoServerOwner();
        using var channel = new GrpcChannel(await own.StartAsync());
        var e = await Assert.ThrowsAsync<RpcException>(() => channel.UnaryAsync(EchoMethods.Unary, new EchoRequest { Throw = "secret" }));
        Assert.Equal(StatusCode.Unknown, e.StatusCode);
        Assert.DoesNotContain("secret", e.Status.Detail, StringComparison.Ordinal);
        Assert.Contains("/metastore.test.Echo/Unary", Assert.Single(own.Server.Log.Lines), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Unary_NobodyListens_IsUnavailableAndNamesTheAddress()
    {
        using var channel = new GrpcChannel(FreeAddress());
        var e = await Assert.ThrowsAsync<RpcException>(() => channel.UnaryAsync(EchoMethods.Unary, new EchoRequest()));
        Assert.Equal(StatusCode.Unavailable, e.StatusCode);
        Assert.Contains("cannot connect to 127.0.0.1:", e.Status.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Unary_FirstAddressDead_GoesOnToTheNext()
    {
        using var channel = new GrpcChannel([FreeAddress(), server.Address]);
        await channel.UnaryAsync(EchoMethods.Unary, new EchoRequest());
    }

    [Fact]
    public async Task Unary_ThousandAtOnce_AllAnswer()
    {
        var calls = Enumerable.Range(0, 1000).Select(async i =>
        {
            var payload = ByteString.CopyFrom(BitConverter.GetBytes(i));
            Assert.Equal(payload, (await _channel.UnaryAsync(EchoMethods.Unary, new EchoRequest { Payload = payload })).Payload);
        });
        await Task.WhenAll(calls);
    }

    internal static async Task UntilAsync(Func<bool> condition)
    {
        using var patience = new CancellationTokenSource(s_patience);
        while (!condition())
        {
            await Task.Delay(5, patience.Token);
        }
    }

    private static Uri FreeAddress()
    {
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        socket.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        return new Uri($"http://{socket.LocalEndPoint}");
    }
}
