using Google.Protobuf;
using Grpc.Core;
using Grpc.Net.Client;
using MetaStore.Server.Tests.Calls.Echoing;
using MetaStore.Server.Tests.Hosting;
using MetaStore.Testing;

namespace MetaStore.Server.Tests.Calls;

/// <summary>Grpc.Net.Client against the listener, over real connections.</summary>
public sealed class EchoCallTests(EchoServer server) : IClassFixture<EchoServer>, IDisposable
{
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(30);
    private readonly GrpcChannel _channel = GrpcChannel.ForAddress(server.Address, new GrpcChannelOptions { MaxReceiveMessageSize = null });

    private Echo.EchoClient Client => new(_channel);

    public void Dispose() => _channel.Dispose();

    [Theory]
    [InlineData(1)]
    [InlineData(5_000)]
    [InlineData(2_000_000)]
    public async Task Unary_Payload_ComesBack_CompressedToo(int size)
    {
        var payload = ByteString.CopyFrom(new byte[size]);
        Assert.Equal(payload, (await Client.UnaryAsync(new EchoRequest { Payload = payload })).Payload);
        var compressed = new Metadata { { "grpc-internal-encoding-request", "gzip" } };
        Assert.Equal(payload, (await Client.UnaryAsync(new EchoRequest { Payload = payload }, compressed)).Payload);
    }

    [Fact]
    public async Task Unary_LargeResponse_Arrives() => Assert.Equal(10 << 20, (await Client.UnaryAsync(new EchoRequest { Size = 10 << 20 })).Payload.Length);

    [Fact]
    public async Task Unary_ErrorWithUnicodeText_IsExact() =>
        Assert.Equal((StatusCode.FailedPrecondition, "nicht möglich: 100% 😀\n"), await FailureAsync(new EchoRequest { Code = 9, Detail = "nicht möglich: 100% 😀\n" }));

    [Fact]
    public async Task Unary_Metadata_TravelsBothWays_AndWithAnError()
    {
        byte[] raw = [0, 255, 128, 7];
        using var call = Client.UnaryAsync(new EchoRequest(), new Metadata { { "x-text", "some text" }, { "x-raw-bin", raw } });
        await call;
        Assert.Equal("some text", (await call.ResponseHeadersAsync).GetValue("x-text"));
        Assert.Equal(raw, (await call.ResponseHeadersAsync).GetValueBytes("x-raw-bin"));
        Assert.Equal(raw, call.GetTrailers().GetValueBytes("x-raw-bin"));
        var failed = await Assert.ThrowsAsync<RpcException>(
            () => Client.UnaryAsync(new EchoRequest { Code = 5 }, new Metadata { { "x-raw-bin", raw } }).ResponseAsync);
        Assert.Equal(raw, failed.Trailers.GetValueBytes("x-raw-bin"));
    }

    [Fact]
    public async Task Unary_CallerCancels_TheMethodSeesIt()
    {
        var before = (server.Service.Cancelled, server.Observer.Started);
        using var cancel = new CancellationTokenSource();
        var call = Client.WaitAsync(new EchoRequest(), cancellationToken: cancel.Token).ResponseAsync;
        await UntilAsync(() => server.Observer.Started > before.Started);
        await cancel.CancelAsync();
        Assert.Equal(StatusCode.Cancelled, (await Assert.ThrowsAsync<RpcException>(() => call)).StatusCode);
        await UntilAsync(() => server.Service.Cancelled > before.Cancelled);
        server.Log.AssertQuiet();
    }

    /// <summary>A cancellation at any time of a call, before the server sees it or while it ends, is not logged as a failure of the method.</summary>
    [Fact]
    public async Task Unary_CancelledAtAnyMoment_IsNoErrorAtTheServer()
    {
        for (var i = 0; i < 200; i++)
        {
            using var cancel = new CancellationTokenSource();
            var call = Client.WaitAsync(new EchoRequest(), cancellationToken: cancel.Token).ResponseAsync;
            for (var spins = 0; spins < i * 20; spins++)
            {
                Thread.SpinWait(10);
            }

            await cancel.CancelAsync();
            await Assert.ThrowsAsync<RpcException>(() => call);
        }

        await UntilAsync(() => server.Observer.Ended.Count >= server.Observer.Started);
        server.Log.AssertQuiet();
    }

    [Fact]
    public async Task Unary_RequestTooLarge_IsGrpcGosText() => Assert.Equal(
        (StatusCode.ResourceExhausted, "grpc: received message larger than max (2097157 vs. 2097152)"),
        await FailureAsync(new EchoRequest { Payload = ByteString.CopyFrom(new byte[2_097_152]) }));

    [Fact]
    public async Task Unary_MethodThrows_IsUnknownWithoutTheCause()
    {
        await using var own = new EchoServerOwner();
        using var channel = GrpcChannel.ForAddress(await own.StartAsync());
        var e = await Assert.ThrowsAsync<RpcException>(() => new Echo.EchoClient(channel).UnaryAsync(new EchoRequest { Throw = "secret" }).ResponseAsync);
        Assert.Equal((StatusCode.Unknown, "internal error: see the log of the server"), (e.StatusCode, e.Status.Detail));
        Assert.Contains("/metastore.test.Echo/Unary", Assert.Single(own.Server.Log.Lines), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Unary_ThousandAtOnce_AllAnswer() => await Task.WhenAll(Enumerable.Range(0, 1000).Select(async i =>
    {
        var payload = ByteString.CopyFrom(BitConverter.GetBytes(i));
        Assert.Equal(payload, (await Client.UnaryAsync(new EchoRequest { Payload = payload })).Payload);
    }));

    [Fact]
    public async Task ServerStreaming_Messages_ComeInOrder_AndAnErrorLast()
    {
        using var call = Client.ServerStream(new EchoRequest { Repeat = 1001, Code = 11, Detail = "compacted" });
        for (var i = 0; i < 1001; i++)
        {
            Assert.Equal(i, (await call.ResponseStream.ReadAsync())!.Index);
        }

        var failed = await Assert.ThrowsAsync<RpcException>(() => call.ResponseStream.ReadAsync());
        Assert.Equal((StatusCode.OutOfRange, "compacted"), (failed.StatusCode, failed.Status.Detail));
    }

    [Fact]
    public async Task Duplex_PingPong_EachAnswerBeforeTheNextQuestion()
    {
        using var call = Client.Duplex();
        for (var i = 0; i < 20; i++)
        {
            await call.RequestStream.WriteAsync(new EchoRequest { Payload = ByteString.CopyFromUtf8($"message {i}") });
            var reply = await call.ResponseStream.ReadAsync();
            Assert.Equal(($"message {i}", i), (reply!.Payload.ToStringUtf8(), reply.Index));
        }

        await call.RequestStream.CompleteAsync();
        Assert.Null(await call.ResponseStream.ReadAsync());
    }

    [Fact]
    public async Task Duplex_Disposed_EndsAtTheServerAsCancelled_WithoutALine()
    {
        var ended = server.Observer.Ended.Count;
        using (var call = Client.Duplex())
        {
            await call.RequestStream.WriteAsync(new EchoRequest());
            Assert.NotNull(await call.ResponseStream.ReadAsync());
        }

        await UntilAsync(() => server.Observer.Ended.Count > ended);
        Assert.Contains(("/metastore.test.Echo/Duplex", StatusCode.Cancelled), server.Observer.Ended);
        server.Log.AssertQuiet();
    }

    [Fact]
    public async Task Observer_CountsCallsAndMessagesOnce()
    {
        await using var own = new EchoServerOwner();
        using var channel = GrpcChannel.ForAddress(await own.StartAsync());
        await new Echo.EchoClient(channel).UnaryAsync(new EchoRequest());
        using var call = new Echo.EchoClient(channel).ServerStream(new EchoRequest { Repeat = 3 });
        while (await call.ResponseStream.ReadAsync() is not null)
        {
        }

        await Eventually.TrueAsync(() => own.Server.Observer.Ended.Count == 2, s_patience, () => $"{own.Server.Observer.Ended.Count} calls have ended");
        Assert.Equal((2, 2, 4), (own.Server.Observer.Started, own.Server.Observer.Received, own.Server.Observer.Sent));
    }

    [Fact]
    public async Task Observer_SeesEachUnaryCallOnce_WithItsAnswerOrItsStatus()
    {
        await using var own = new EchoServerOwner();
        using var channel = GrpcChannel.ForAddress(await own.StartAsync());
        var client = new Echo.EchoClient(channel);
        await client.UnaryAsync(new EchoRequest());
        await Assert.ThrowsAsync<RpcException>(() => client.UnaryAsync(new EchoRequest { Code = (int)StatusCode.NotFound }).ResponseAsync);
        await Assert.ThrowsAsync<RpcException>(() => client.UnaryAsync(new EchoRequest { Throw = "secret" }).ResponseAsync);

        var observer = own.Server.Observer;
        await Eventually.TrueAsync(() => observer.Ended.Count == 3, s_patience, () => $"{observer.Ended.Count} calls have ended");
        Assert.Equal([(StatusCode.OK, true), (StatusCode.NotFound, false), (StatusCode.Unknown, false)], observer.Handled);
        Assert.Equal([StatusCode.OK, StatusCode.NotFound, StatusCode.Unknown], observer.Ended.Select(ended => ended.Code));
    }

    private static Task UntilAsync(Func<bool> condition) => Eventually.TrueAsync(condition, s_patience, () => "it did not happen");

    private async Task<(StatusCode Code, string Text)> FailureAsync(EchoRequest request)
    {
        var failed = await Assert.ThrowsAsync<RpcException>(() => Client.UnaryAsync(request).ResponseAsync);
        return (failed.StatusCode, failed.Status.Detail);
    }
}
