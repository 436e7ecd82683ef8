using System.Net.Sockets;
using Grpc.Core;
using MetaStore.Client.Endpoints;

namespace MetaStore.Client.Tests.Hostile;

/// <summary>A server that stops before it has responded. Watches and retries depend on the code: it must not look like a cancellation by the caller.</summary>
public sealed class BrokenConnectionTests : IDisposable
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(20);

    private readonly RawServer _server = new();
    private readonly MetaStoreClient _client;

    public BrokenConnectionTests() => _client = Connect(Limit);

    public void Dispose()
    {
        _client.Dispose();
        _server.Dispose();
    }

    [Fact]
    public async Task Duplex_ConnectionBreaksBeforeTheHeaders_IsUnavailable()
    {
        for (var round = 0; round < 20; round++)
        {
            var call = _client.Lease.KeepAliveOnceAsync(1);
            (await _server.AcceptCallAsync()).Dispose();
            Check(await FailureOf(call), StatusCode.Unavailable);
        }
    }

    [Fact]
    public async Task Unary_ConnectionBreaksBeforeTheHeaders_IsUnavailable_AndMayHaveHappened()
    {
        for (var round = 0; round < 20; round++)
        {
            var call = _client.Kv.PutAsync("k", "v");
            (await _server.AcceptCallAsync()).Dispose();
            var failure = await FailureOf(call);
            Check(failure, StatusCode.Unavailable);
            Assert.False(failure.IsUnreachable(), failure.ToString());
        }
    }

    /// <summary>After a refused stream the transport repeats the request by itself on the next connection, but without the writer of a stream.</summary>
    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    public async Task Duplex_GoAwayInsteadOfAnAnswer_IsUnavailable(byte lastStream)
    {
        var call = _client.Lease.KeepAliveOnceAsync(1);
        using (var connection = await _server.AcceptCallAsync(withMessage: true))
        {
            await RawServer.SendGoAwayAsync(connection, lastStream, error: 0);
            connection.Shutdown(SocketShutdown.Send);
            var again = lastStream == 0 ? _server.AcceptAsync() : null;
            Check(await FailureOf(call), StatusCode.Unavailable);
            (await (again ?? Task.FromResult(connection))).Dispose();
        }
    }

    /// <summary>A complete request can be sent again.</summary>
    [Fact]
    public async Task Unary_NeverTakenOn_IsSentAgain()
    {
        var call = _client.Kv.PutAsync("k", "v");
        using var first = await _server.AcceptCallAsync();
        await RawServer.SendGoAwayAsync(first, lastStream: 0, error: 0);
        using var second = await _server.AcceptCallAsync();
        await RawServer.SendHeadersAsync(second);
        await RawServer.SendDataAsync(second, [0, 0, 0, 0, 0]);
        await RawServer.SendTrailersAsync(second, ("grpc-status", "0"));
        Assert.NotNull(await call.WaitAsync(Limit));
    }

    [Theory]
    [InlineData(false, 0)]
    [InlineData(true, 0)]
    [InlineData(false, 2)]
    [InlineData(true, 2)]
    public async Task ServerStreaming_ConnectionEndsAfterGoAway_IsUnavailable(bool isAnswering, byte error)
    {
        var call = ReadSnapshotAsync(_client);
        using var connection = await _server.AcceptCallAsync();
        if (isAnswering)
        {
            await RawServer.SendHeadersAsync(connection);
        }

        await RawServer.SendGoAwayAsync(connection, lastStream: 1, error);
        connection.Shutdown(SocketShutdown.Send);
        Check(await FailureOf(call), StatusCode.Unavailable);
    }

    [Theory]
    [InlineData(0, StatusCode.Internal)]
    [InlineData(2, StatusCode.Internal)]
    [InlineData(7, StatusCode.Unavailable)]
    [InlineData(8, StatusCode.Cancelled)]
    [InlineData(11, StatusCode.ResourceExhausted)]
    [InlineData(12, StatusCode.PermissionDenied)]
    public async Task ServerStreaming_Reset_IsWhatTheErrorSays(byte error, StatusCode expected)
    {
        var call = ReadSnapshotAsync(_client);
        using var connection = await _server.AcceptCallAsync();
        await RawServer.SendHeadersAsync(connection);
        await RawServer.SendResetAsync(connection, error);
        Check(await FailureOf(call), expected);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task NoAnswer_EndsWithTheDeadline_InTheTextOfEtcdsClients(bool isDuplex)
    {
        using var hasty = Connect(TimeSpan.FromMilliseconds(300));
        Task call = isDuplex ? hasty.Lease.KeepAliveOnceAsync(1) : hasty.Kv.GetAsync("k");
        using var connection = await _server.AcceptCallAsync();
        await RawServer.SendHeadersAsync(connection);
        var failure = await FailureOf(call);
        Check(failure, StatusCode.DeadlineExceeded);
        Assert.Equal("context deadline exceeded", failure.Status.Detail);
    }

    [Theory]
    [InlineData("unary")]
    [InlineData("duplex")]
    [InlineData("stream")]
    public async Task CallerCancels_IsTheCallersToken(string kind)
    {
        using var stop = new CancellationTokenSource();
        Task call = kind switch
        {
            "unary" => _client.Kv.GetAsync("k", stop.Token),
            "duplex" => _client.Lease.KeepAliveOnceAsync(1, stop.Token),
            _ => ReadSnapshotAsync(_client, stop.Token),
        };
        using var connection = await _server.AcceptCallAsync();
        await stop.CancelAsync();
        var seen = await Assert.ThrowsAnyAsync<OperationCanceledException>(() => call.WaitAsync(Limit));
        Assert.Equal(stop.Token, seen.CancellationToken);
    }

    [Fact]
    public async Task Disposed_WithCallsInFlight_CancelsThem_AndLaterOnes()
    {
        var client = Connect(Limit);
        Task[] calls = [client.Kv.PutAsync("k", "v"), client.Lease.KeepAliveOnceAsync(1), ReadSnapshotAsync(client)];
        using var connection = await _server.AcceptCallAsync();
        client.Dispose();
        foreach (var call in (Task[])[.. calls, client.Kv.GetAsync("k"), client.Lease.KeepAliveOnceAsync(1), ReadSnapshotAsync(client)])
        {
            Check(await FailureOf(call), StatusCode.Cancelled);
        }
    }

    [Fact]
    public async Task NothingListens_IsUnreachable_AndNamed()
    {
        var address = _server.Address;
        _server.Dispose();
        using var client = new MetaStoreClient(new MetaStoreClientOptions { Endpoints = [address], CommandTimeout = Limit });
        var failure = await FailureOf(client.Lease.KeepAliveOnceAsync(1));
        Assert.True(failure.IsUnreachable(), failure.ToString());
        Assert.Contains($"connection error: cannot connect to {address.Authority}: Connection refused", failure.Status.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public async Task TooLargeToSend_IsResourceExhausted_AndNotSent()
    {
        using var small = new MetaStoreClient(new MetaStoreClientOptions { Endpoints = [_server.Address], MaxSendBytes = 50 });
        var failure = await FailureOf(small.Kv.PutAsync("k", new byte[60]));
        Check(failure, StatusCode.ResourceExhausted);
        Assert.Equal("Sending message exceeds the maximum configured message size.", failure.Status.Detail);
    }

    private MetaStoreClient Connect(TimeSpan limit) => new(new MetaStoreClientOptions { Endpoints = [_server.Address], CommandTimeout = limit });

    private static async Task ReadSnapshotAsync(MetaStoreClient client, CancellationToken cancellation = default)
    {
        await foreach (var _ in client.Maintenance.SnapshotAsync(cancellation))
        {
        }
    }

    private static Task<RpcException> FailureOf(Task call) => Assert.ThrowsAsync<RpcException>(() => call.WaitAsync(Limit));

    private static void Check(RpcException failure, StatusCode expected) => Assert.True(failure.StatusCode == expected, failure.ToString());
}
