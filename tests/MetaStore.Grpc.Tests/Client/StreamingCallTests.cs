using Google.Protobuf;
using MetaStore.Grpc.Client;
using MetaStore.Grpc.Tests.Echoing;

namespace MetaStore.Grpc.Tests.Client;

public sealed class StreamingCallTests(EchoServer server) : IClassFixture<EchoServer>, IDisposable
{
    private readonly GrpcChannel _channel = new(server.Address);

    public void Dispose() => _channel.Dispose();

    [Fact]
    public async Task ServerStreaming_Messages_ComeInOrder()
    {
        await using var call = _channel.ServerStreaming(EchoMethods.ServerStream, new EchoRequest { Repeat = 1001 });
        var index = 0;
        await foreach (var reply in call.ReadAllAsync())
        {
            Assert.Equal(index++, reply.Index);
        }

        Assert.Equal(1001, index);
    }

    [Fact]
    public async Task ServerStreaming_NoMessages_EndsAtOnce()
    {
        await using var call = _channel.ServerStreaming(EchoMethods.ServerStream, new EchoRequest());
        Assert.Null(await call.ReadAsync());
    }

    [Fact]
    public async Task ServerStreaming_ErrorAfterMessages_ComesLast()
    {
        await using var call = _channel.ServerStreaming(EchoMethods.ServerStream, new EchoRequest { Repeat = 2, Code = 11, Detail = "compacted" });
        Assert.NotNull(await call.ReadAsync());
        Assert.NotNull(await call.ReadAsync());
        var e = await Assert.ThrowsAsync<RpcException>(async () => await call.ReadAsync());
        Assert.Equal(new Status(StatusCode.OutOfRange, "compacted"), e.Status);
    }

    [Fact]
    public async Task ClientStreaming_Messages_AreSummed()
    {
        await using var call = _channel.OpenStream(EchoMethods.ClientStream);
        for (var i = 0; i < 100; i++)
        {
            await call.WriteAsync(new EchoRequest { Payload = ByteString.CopyFrom(new byte[i]) });
        }

        await call.CompleteAsync();
        Assert.Equal(4950, (await call.ReadAsync())!.Index);
        Assert.Null(await call.ReadAsync());
    }

    [Fact]
    public async Task Duplex_PingPong_EachAnswerBeforeTheNextQuestion()
    {
        await using var call = _channel.OpenStream(EchoMethods.Duplex, new CallOptions { Compress = true });
        for (var i = 0; i < 20; i++)
        {
            await call.WriteAsync(new EchoRequest { Payload = ByteString.CopyFromUtf8($"message {i}") });
            var reply = await call.ReadAsync();
            Assert.Equal($"message {i}", reply!.Payload.ToStringUtf8());
            Assert.Equal(i, reply.Index);
        }

        await call.CompleteAsync();
        Assert.Null(await call.ReadAsync());
    }

    [Fact]
    public async Task Duplex_FiveHundredAtOnceOnOneConnection_AllAnswer()
    {
        using var single = new GrpcChannel(server.Address, new GrpcChannelOptions { MultipleConnections = false });
        var calls = Enumerable.Range(0, 500).Select(_ => single.OpenStream(EchoMethods.Duplex)).ToArray();
        foreach (var call in calls)
        {
            await call.WriteAsync(new EchoRequest());
        }

        foreach (var call in calls)
        {
            Assert.NotNull(await call.ReadAsync());
            await call.DisposeAsync();
        }
    }

    [Fact]
    public async Task Duplex_Disposed_EndsAtTheServerAsCancelled()
    {
        var ended = server.Observer.Ended.Count;
        var call = _channel.OpenStream(EchoMethods.Duplex);
        await call.WriteAsync(new EchoRequest());
        Assert.NotNull(await call.ReadAsync());
        await call.DisposeAsync();
        await GrpcChannelTests.UntilAsync(() => server.Observer.Ended.Count > ended);
        Assert.Contains(("/metastore.test.Echo/Duplex", StatusCode.Cancelled), server.Observer.Ended);
    }

    [Fact]
    public async Task Duplex_Deadline_IsDeadlineExceeded()
    {
        await using var call = _channel.OpenStream(EchoMethods.Duplex, new CallOptions { Timeout = TimeSpan.FromMilliseconds(50) });
        var e = await Assert.ThrowsAsync<RpcException>(async () => await call.ReadAsync());
        Assert.Equal(StatusCode.DeadlineExceeded, e.StatusCode);
    }

    [Fact]
    public async Task Duplex_WrittenToBehindItsEnd_IsUnavailable()
    {
        for (var round = 0; round < 50; round++)
        {
            await using var call = _channel.OpenStream(EchoMethods.Duplex);
            await call.WriteAsync(new EchoRequest { Code = (int)StatusCode.NotFound });
            var e = await Assert.ThrowsAsync<RpcException>(async () =>
            {
                while (true)
                {
                    await call.WriteAsync(new EchoRequest());
                }
            });
            Assert.True(e.StatusCode == StatusCode.Unavailable, e.ToString());
            Assert.NotNull(await call.ReadAsync());
            e = await Assert.ThrowsAsync<RpcException>(async () => await ReadToTheEndAsync(call));
            Assert.Equal(StatusCode.NotFound, e.StatusCode);
        }
    }

    [Fact]
    public async Task Duplex_TokenFiredBehindTheEnd_IsCancelledForReaderAndWriter()
    {
        var fired = new CancellationToken(canceled: true);
        using var nobody = new GrpcChannel(new Uri("http://127.0.0.1:1"));
        await using var unreached = nobody.OpenStream(EchoMethods.Duplex);
        await Assert.ThrowsAsync<RpcException>(async () => await unreached.ReadAsync());
        await using var ended = _channel.OpenStream(EchoMethods.Duplex);
        await Assert.ThrowsAsync<RpcException>(async () =>
        {
            while (true)
            {
                await ended.WriteAsync(new EchoRequest { Code = (int)StatusCode.NotFound });
            }
        });
        foreach (var call in new[] { unreached, ended })
        {
            var e = await Assert.ThrowsAnyAsync<OperationCanceledException>(async () => await call.WriteAsync(new EchoRequest(), fired));
            Assert.Equal(fired, e.CancellationToken);
        }

        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () => await unreached.ReadAsync(fired));
    }

    [Fact]
    public async Task DisposeAsync_Twice_DoesNothing()
    {
        var call = _channel.OpenStream(EchoMethods.Duplex);
        await call.DisposeAsync();
        await call.DisposeAsync();
    }

    [Fact]
    public async Task Duplex_ServerStops_IsUnavailable()
    {
        await using var own = new EchoServerOwner();
        using var channel = new GrpcChannel(await own.StartAsync());
        await using var call = channel.OpenStream(EchoMethods.Duplex);
        await call.WriteAsync(new EchoRequest());
        Assert.NotNull(await call.ReadAsync());
        await own.Server.DisposeAsync();
        var e = await Assert.ThrowsAsync<RpcException>(async () => await call.ReadAsync());
        Assert.True(e.StatusCode == StatusCode.Unavailable, e.ToString());
    }

    private static async Task ReadToTheEndAsync(StreamingCall<EchoRequest, EchoReply> call)
    {
        while (await call.ReadAsync() is not null)
        {
        }
    }
}
