using Grpc.Net.Client;
using MetaStore.Server.Listening;
using MetaStore.Server.Listening.Connections;
using MetaStore.Server.Tests.Calls.Echoing;
using MetaStore.Testing;
using MetaStore.Testing.HostileClient;

namespace MetaStore.Server.Tests.Listening.Connections;

/// <summary>Endless frames that advance no call: the connection is closed, other connections are served.</summary>
public sealed class FrameFloodTests : IAsyncLifetime
{
    private const string OpenCall = "/metastore.test.Echo/Duplex";

    /// <summary>The allowance, plus what the kernel buffers until the server's reset arrives, with a margin for a slow machine.</summary>
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(20);

    private readonly ListenerOptions _options = new();
    private readonly EchoServer _server;

    public FrameFloodTests() => _server = new EchoServer(_options);

    public static TheoryData<string> Kinds => [.. FrameFloods.Repeated.Keys, "continuation"];

    public Task InitializeAsync() => _server.InitializeAsync();

    public Task DisposeAsync() => _server.DisposeAsync();

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task Flood_OnOneConnection_ClosesIt_WithOneLine(string kind)
    {
        using var patience = new CancellationTokenSource(s_patience);
        var attack = new Attack(_server.EndPoint, new Random(1), patience.Token);
        await (kind switch
        {
            "continuation" => FrameFloods.ContinuationAsync(attack),
            _ => FrameFloods.RepeatAsync(attack, FrameFloods.Repeated[kind], path: OpenCall),
        });
        Assert.False(patience.IsCancellationRequested, "the server took the flood without closing the connection");

        // Pings have a separate rule, which applies first.
        var line = kind == "ping" ? "too many pings" : "too many useless frames";
        await Eventually.TrueAsync(
            () => !_server.Log.Lines.IsEmpty, s_patience, () => $"the connection was closed for another reason; {_options.Connections.Aborted} were counted");
        Assert.Contains(line, Assert.Single(_server.Log.Lines), StringComparison.Ordinal);
        Assert.Equal(kind == "ping" ? 0 : 1, _options.Connections.Aborted);

        using var channel = GrpcChannel.ForAddress(_server.Address);
        await new Echo.EchoClient(channel).UnaryAsync(new EchoRequest());
    }

    /// <summary>Each reset ends a started call, so on a busy machine the client may be throttled before the allowance is used up.</summary>
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Resets_WithoutEnd_CloseTheConnection_OrAreHeldBack(bool byServer)
    {
        // Buffers of both sockets grow to 10 MB together; a reset with its call has 50 bytes.
        const int inKernel = 200_000;
        using var patience = new CancellationTokenSource(s_patience / 4);
        var began = Environment.TickCount64;
        var sent = await FrameFloods.ResetAsync(new Attack(_server.EndPoint, new Random(1), patience.Token), byServer);
        var allowed = (FrameAllowance.BurstPoints + (FrameAllowance.PointsPerSecond * (Environment.TickCount64 - began) / 1000)) / FrameAllowance.PointsOf(3, 0, 4);
        Assert.True(!patience.IsCancellationRequested || sent < allowed + inKernel, $"{sent} resets were taken");
        using var channel = GrpcChannel.ForAddress(_server.Address);
        await new Echo.EchoClient(channel).UnaryAsync(new EchoRequest());
    }

    [Fact]
    public async Task Resets_OfManyCallsAtOnce_AreNoFlood()
    {
        const int calls = 15_000;
        using var patience = new CancellationTokenSource(s_patience);
        using var connection = await RawConnection.TryOpenHttp2Async(_server.EndPoint);
        for (var i = 0; i < calls; i++)
        {
            var stream = (2 * i) + 1;
            byte[] cancelled = [.. Frames.Request(stream, "/metastore.test.Echo/Unary"), .. Frames.Of(Frames.Reset, 0, stream, 0, 0, 0, 8)];
            Assert.True(await connection!.TrySendAsync(cancelled, patience.Token));
        }

        var answered = connection!.Received;
        Assert.True(await connection.TrySendAsync(Frames.Of(Frames.Ping, 0, 0, new byte[8]), patience.Token));
        await Eventually.TrueAsync(() => connection.Received > answered, s_patience, () => "the connection does not answer any more");
        Assert.False(connection.Closed.IsCompleted);
    }
}
