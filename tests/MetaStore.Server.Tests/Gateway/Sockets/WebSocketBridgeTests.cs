using System.Net.WebSockets;
using System.Text;
using MetaStore.Server.Gateway.Sockets;
using Microsoft.AspNetCore.Http;

namespace MetaStore.Server.Tests.Gateway.Sockets;

/// <summary>Messages become the body of a call and lines of its response messages; the call and the socket end together.</summary>
public sealed class WebSocketBridgeTests : IDisposable
{
    private const int MaxMessageBytes = 1000;
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(20);

    private readonly SocketPair _sockets = new();

    public void Dispose() => _sockets.Dispose();

    [Fact]
    public async Task Messages_AreTheBody_EachWithALineEnd_TextAndBinaryAlike()
    {
        Task<string> body = BodyAsync(out Task running);
        await _sockets.SendAsync("{\"a\":");
        await _sockets.SendAsync("1}", isBinary: true);
        await _sockets.SendAsync("{\"b\"", isLast: false);
        await _sockets.SendAsync(":2}");
        await _sockets.Client.CloseOutputAsync(WebSocketCloseStatus.NormalClosure, null, CancellationToken.None);
        Assert.Equal("{\"a\":\n1}\n{\"b\":2}\n", await body.WaitAsync(Limit));
        await running.WaitAsync(Limit);
    }

    [Fact]
    public async Task Lines_AreMessages_EmptyOnesAreNone_AndTheRestIsOneToo()
    {
        string large = new('x', 50_000);
        Task running = RunAsync(async call =>
        {
            await call.Response.WriteAsync("one\n\ntwo\nth");
            await call.Response.WriteAsync($"ree\n{large}\nrest");
        });
        Assert.Equal(["one", "two", "three", large, "rest", null], await ReceiveAllAsync());
        Assert.Equal(WebSocketCloseStatus.NormalClosure, _sockets.Client.CloseStatus);
        await CloseAsync(running);
    }

    [Fact]
    public async Task CallThatEnds_ClosesTheSocket_AndDropsWhatTheClientStillSends()
    {
        Task running = RunAsync(_ => Task.CompletedTask);
        Assert.Null(await _sockets.ReceiveAsync());
        await _sockets.SendAsync(new string('y', MaxMessageBytes));
        await CloseAsync(running);
        Assert.Equal(WebSocketState.Closed, _sockets.Server.State);
    }

    [Fact]
    public async Task ClientThatCloses_EndsTheCall_AndGetsItsCodeBack()
    {
        Task running = RunAsync(UntilAbortedAsync);
        await _sockets.Client.CloseOutputAsync((WebSocketCloseStatus)4001, null, CancellationToken.None);
        Assert.Null(await _sockets.ReceiveAsync());
        Assert.Equal((WebSocketCloseStatus)4001, _sockets.Client.CloseStatus);
        await running.WaitAsync(Limit);
    }

    [Fact]
    public async Task ClientThatIsGone_EndsTheCall()
    {
        Task running = RunAsync(UntilAbortedAsync);
        await _sockets.DropAsync();
        await running.WaitAsync(Limit);
    }

    [Fact]
    public async Task MessageOfTheLargestSize_IsRead_InFramesToo()
    {
        Task<string> body = BodyAsync(out Task running);
        await _sockets.SendAsync(new string('a', MaxMessageBytes));
        await _sockets.SendAsync(new string('b', 400), isLast: false);
        await _sockets.SendAsync(new string('c', 600));
        await _sockets.Client.CloseOutputAsync(WebSocketCloseStatus.NormalClosure, null, CancellationToken.None);
        Assert.Equal((2 * MaxMessageBytes) + 2, (await body.WaitAsync(Limit)).Length);
        await running.WaitAsync(Limit);
    }

    [Theory]
    [InlineData(MaxMessageBytes + 1)]
    [InlineData(600, 401)]
    public async Task MessageThatIsLarger_ClosesWith1009_AndEndsTheCall(params int[] frames)
    {
        Task running = RunAsync(UntilAbortedAsync);
        for (int i = 0; i < frames.Length; i++)
        {
            await _sockets.SendAsync(new string('a', frames[i]), isLast: i == frames.Length - 1);
        }

        Assert.Null(await _sockets.ReceiveAsync());
        Assert.Equal(WebSocketCloseStatus.MessageTooBig, _sockets.Client.CloseStatus);
        await CloseAsync(running);
    }

    [Fact]
    public async Task CallThatThrows_ClosesTheSocket_AndTheExceptionGoesOn()
    {
        Task running = RunAsync(async call =>
        {
            await call.Response.WriteAsync("half");
            throw new InvalidOperationException("broken");
        });
        Assert.Equal(["half", null], await ReceiveAllAsync());
        await _sockets.Client.CloseOutputAsync(WebSocketCloseStatus.NormalClosure, null, CancellationToken.None);
        Assert.Equal("broken", (await Assert.ThrowsAsync<InvalidOperationException>(() => running.WaitAsync(Limit))).Message);
    }

    private static async Task UntilAbortedAsync(HttpContext call)
    {
        var aborted = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        using CancellationTokenRegistration _ = call.RequestAborted.Register(aborted.SetResult);
        await aborted.Task;
    }

    private async Task CloseAsync(Task running)
    {
        await _sockets.Client.CloseOutputAsync(WebSocketCloseStatus.NormalClosure, null, CancellationToken.None);
        await running.WaitAsync(Limit);
    }

    private async Task<List<string?>> ReceiveAllAsync()
    {
        List<string?> all = [];
        do
        {
            all.Add(await _sockets.ReceiveAsync());
        }
        while (all[^1] is not null);
        return all;
    }

    private Task<string> BodyAsync(out Task running)
    {
        var body = new TaskCompletionSource<string>(TaskCreationOptions.RunContinuationsAsynchronously);
        running = RunAsync(async call =>
        {
            using var text = new StreamReader(call.Request.Body, Encoding.UTF8);
            body.SetResult(await text.ReadToEndAsync());
        });
        return body.Task;
    }

    private Task RunAsync(Func<HttpContext, Task> handler) => new WebSocketBridge(_sockets.Server, MaxMessageBytes).RunAsync(new DefaultHttpContext(), handler);
}
