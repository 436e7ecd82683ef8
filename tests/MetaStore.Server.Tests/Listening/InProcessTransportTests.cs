using System.Net;
using MetaStore.Server.Listening.InProcess;
using Microsoft.AspNetCore.Connections;

namespace MetaStore.Server.Tests.Listening;

/// <summary>Connections from within the process before, while and after the member listens.</summary>
public sealed class InProcessTransportTests : IDisposable
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(20);

    private readonly InProcessTransport _transport = new();

    public void Dispose() => _transport.Dispose();

    [Fact]
    public void Addresses_OfOtherKinds_AreNotItsOwn()
    {
        Assert.True(_transport.CanBind(new InProcessEndPoint()));
        Assert.False(_transport.CanBind(new IPEndPoint(IPAddress.Loopback, 0)));
    }

    [Fact]
    public async Task Connection_WaitsForTheListener_AndCarriesBytesBothWays()
    {
        Task<Stream> connecting = ConnectAsync();
        Assert.False(connecting.IsCompleted);
        IConnectionListener listener = await _transport.BindAsync(new InProcessEndPoint());
        await using Stream client = await connecting.WaitAsync(Limit);
        await using ConnectionContext server = (await listener.AcceptAsync().AsTask().WaitAsync(Limit))!;
        await client.WriteAsync("ping"u8.ToArray());
        var read = await server.Transport.Input.ReadAtLeastAsync(4);
        Assert.Equal("ping"u8, read.Buffer.FirstSpan);
        server.Transport.Input.AdvanceTo(read.Buffer.End);
        await server.Transport.Output.WriteAsync("pong"u8.ToArray());
        byte[] answer = new byte[4];
        await client.ReadExactlyAsync(answer).AsTask().WaitAsync(Limit);
        Assert.Equal("pong"u8, answer);
    }

    [Fact]
    public async Task Wait_ForTheListener_EndsWithItsToken()
    {
        using var stop = new CancellationTokenSource();
        Task<Stream> connecting = _transport.ConnectAsync(stop.Token).AsTask();
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => connecting.WaitAsync(Limit));
    }

    [Fact]
    public async Task Member_ThatHasStopped_IsNotReached_ButWhatWaitsIsAccepted()
    {
        IConnectionListener listener = await _transport.BindAsync(new InProcessEndPoint());
        await using Stream before = await ConnectAsync().WaitAsync(Limit);
        await listener.UnbindAsync();
        await listener.UnbindAsync();
        Assert.Equal("the member has stopped", (await Assert.ThrowsAsync<IOException>(() => ConnectAsync().WaitAsync(Limit))).Message);
        await using ConnectionContext accepted = (await listener.AcceptAsync().AsTask().WaitAsync(Limit))!;
        Assert.Null(await listener.AcceptAsync().AsTask().WaitAsync(Limit));
    }

    private Task<Stream> ConnectAsync() => _transport.ConnectAsync(CancellationToken.None).AsTask();
}
