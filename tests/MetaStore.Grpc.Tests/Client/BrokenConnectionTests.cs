using System.Net.Sockets;
using MetaStore.Grpc.Client;
using MetaStore.Grpc.Tests.Echoing;

namespace MetaStore.Grpc.Tests.Client;

/// <summary>A server that dies before it has answered. Watches and retries go by the code: it must never look as if somebody had cancelled.</summary>
public sealed class BrokenConnectionTests : IDisposable
{
    private readonly RawServer _server = new();

    public void Dispose() => _server.Dispose();

    [Fact]
    public async Task Duplex_ConnectionBreaksBeforeTheHeaders_IsUnavailable()
    {
        for (var round = 0; round < 20; round++)
        {
            using var channel = new GrpcChannel(_server.Address);
            await using var call = channel.OpenStream(EchoMethods.Duplex);
            await DieBehindTheRequestAsync();
            var failure = await Assert.ThrowsAsync<RpcException>(async () => await call.ReadAsync());
            Assert.True(failure.StatusCode == StatusCode.Unavailable, failure.ToString());
        }
    }

    [Fact]
    public async Task Duplex_WrittenToBehindTheBreak_IsUnavailable()
    {
        for (var round = 0; round < 20; round++)
        {
            using var channel = new GrpcChannel(_server.Address);
            await using var call = channel.OpenStream(EchoMethods.Duplex);
            var dying = DieBehindTheRequestAsync();
            var failure = await Assert.ThrowsAsync<RpcException>(async () =>
            {
                while (true)
                {
                    await call.WriteAsync(new EchoRequest());
                }
            });
            Assert.True(failure.StatusCode == StatusCode.Unavailable, failure.ToString());
            await dying;
        }
    }

    [Theory]
    [InlineData(false, 0)]
    [InlineData(true, 0)]
    [InlineData(false, 2)]
    [InlineData(true, 2)]
    public async Task ServerStreaming_ConnectionEndsBehindGoAway_IsUnavailable(bool isAnswering, byte error)
    {
        using var channel = new GrpcChannel(_server.Address);
        await using var call = channel.ServerStreaming(EchoMethods.ServerStream, new EchoRequest());
        using var connection = await _server.AcceptCallAsync();
        if (isAnswering)
        {
            await RawServer.SendHeadersAsync(connection);
        }

        await RawServer.SendGoAwayAsync(connection, lastStream: 1, error);
        connection.Shutdown(SocketShutdown.Send);
        var failure = await Assert.ThrowsAsync<RpcException>(async () => await call.ReadAsync());
        Assert.True(failure.StatusCode == StatusCode.Unavailable, failure.ToString());
    }

    [Theory]
    [InlineData(0, StatusCode.Internal)]
    [InlineData(2, StatusCode.Internal)]
    [InlineData(8, StatusCode.Cancelled)]
    [InlineData(11, StatusCode.ResourceExhausted)]
    public async Task ServerStreaming_Reset_IsWhatTheErrorSays(byte error, StatusCode expected)
    {
        using var channel = new GrpcChannel(_server.Address);
        await using var call = channel.ServerStreaming(EchoMethods.ServerStream, new EchoRequest());
        using var connection = await _server.AcceptCallAsync();
        await RawServer.SendHeadersAsync(connection);
        await RawServer.SendResetAsync(connection, error);
        var failure = await Assert.ThrowsAsync<RpcException>(async () => await call.ReadAsync());
        Assert.True(failure.StatusCode == expected, failure.ToString());
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task ReadAsync_OwnToken_StillEndsAtTheDeadline(bool isDuplex)
    {
        using var channel = new GrpcChannel(_server.Address);
        var options = new CallOptions { Timeout = TimeSpan.FromSeconds(2) };
        await using var call = isDuplex
            ? channel.OpenStream(EchoMethods.Duplex, options)
            : channel.ServerStreaming(EchoMethods.ServerStream, new EchoRequest(), options);
        using var connection = await _server.AcceptCallAsync();
        await RawServer.SendHeadersAsync(connection);
        using var own = new CancellationTokenSource();
        var failure = await Assert.ThrowsAsync<RpcException>(() => call.ReadAsync(own.Token).AsTask().WaitAsync(TimeSpan.FromSeconds(20)));
        Assert.Equal(StatusCode.DeadlineExceeded, failure.StatusCode);
    }

    /// <summary>Accepts one connection, lets a request begin, and closes it without an answer.</summary>
    private async Task DieBehindTheRequestAsync()
    {
        using var connection = await _server.AcceptCallAsync();
    }
}
