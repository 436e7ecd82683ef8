using System.IO.Pipelines;
using System.Text;
using MetaStore.Server.Listening.Http2;
using MetaStore.Testing;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Server.Kestrel.Core.Features;

namespace MetaStore.Server.Tests.Listening;

/// <summary>When the output of a connection that the server has finished is closed.</summary>
public sealed class LingeringCloseTests
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(30);

    private readonly FakeTimeProvider _time = new();
    private readonly Pipe _toClient = new();
    private readonly Pipe _toServer = new();
    private readonly DefaultConnectionContext _connection = new();
    private readonly CancellationTokenSource _closed = new();

    public LingeringCloseTests()
    {
        _connection.Transport = new Ends(_toServer.Reader, _toClient.Writer);
        _connection.ConnectionClosed = _closed.Token;
    }

    [Fact]
    public async Task Http2_StaysOpen_UntilTheClientCloses()
    {
        Task serving = ServeAsync(isHttp2: true);

        Assert.Equal("last", await ReadAsync());
        Assert.False(_toClient.Reader.TryRead(out _));
        Assert.False(serving.IsCompleted);

        await _closed.CancelAsync();
        await serving.WaitAsync(Limit);
        Assert.True((await _toClient.Reader.ReadAsync()).IsCompleted);
    }

    [Fact]
    public async Task Http2_OfAClientThatDoesNotClose_IsClosedAfterTheLimit()
    {
        Task serving = ServeAsync(isHttp2: true);
        Assert.Equal("last", await ReadAsync());

        _time.Advance(LingeringClose.Patience - TimeSpan.FromTicks(1));
        Assert.False(serving.IsCompleted);
        _time.Advance(TimeSpan.FromTicks(1));

        await serving.WaitAsync(Limit);
        Assert.True((await _toClient.Reader.ReadAsync()).IsCompleted);
    }

    [Fact]
    public async Task Http2_OfAConnectionThatFailed_IsClosedAtOnce()
    {
        var close = new LingeringClose(
            connection =>
            {
                connection.Transport.Output.Complete();
                throw new ConnectionResetException("reset");
            },
            _time);
        _connection.Features.Set<ITlsApplicationProtocolFeature>(PriorKnowledge.Instance);

        await Assert.ThrowsAsync<ConnectionResetException>(() => close.OnConnectionAsync(_connection));
        Assert.True((await _toClient.Reader.ReadAsync()).IsCompleted);
    }

    [Fact]
    public async Task Http1_IsClosedAtOnce()
    {
        Task serving = ServeAsync(isHttp2: false);

        await serving.WaitAsync(Limit);
        Assert.Equal("last", await ReadAsync());
        Assert.True((await _toClient.Reader.ReadAsync()).IsCompleted);
    }

    /// <summary>Serves the connection as Kestrel does: bytes, then the completion of both sides.</summary>
    private Task ServeAsync(bool isHttp2)
    {
        if (isHttp2)
        {
            _connection.Features.Set<ITlsApplicationProtocolFeature>(PriorKnowledge.Instance);
        }

        var close = new LingeringClose(
            async connection =>
            {
                await connection.Transport.Output.WriteAsync("last"u8.ToArray());
                await connection.Transport.Output.CompleteAsync();
                await connection.Transport.Input.CompleteAsync();
            },
            _time);
        return close.OnConnectionAsync(_connection);
    }

    private async Task<string> ReadAsync()
    {
        using var limit = new CancellationTokenSource(Limit);
        ReadResult read = await _toClient.Reader.ReadAtLeastAsync(4, limit.Token);
        string text = Encoding.ASCII.GetString(read.Buffer.FirstSpan);
        _toClient.Reader.AdvanceTo(read.Buffer.End);
        return text;
    }

    private sealed record Ends(PipeReader Input, PipeWriter Output) : IDuplexPipe;
}
