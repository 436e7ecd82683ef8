using System.IO.Pipelines;
using System.Text;
using MetaStore.Server.Dashboard.Pages;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace MetaStore.Server.Tests.Dashboard.Pages;

/// <summary>One line at a time reaches a client, however many threads write, and a client that does not read holds up no more than one line.</summary>
public sealed class LineStreamTests : IDisposable
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(20);

    private readonly Pipe _pipe = new(new PipeOptions(pauseWriterThreshold: 8, resumeWriterThreshold: 4));
    private readonly LineStream _lines;
    private readonly CancellationTokenSource _stop = new();

    public LineStreamTests()
    {
        var http = new DefaultHttpContext();
        http.Features.Set<IHttpResponseBodyFeature>(new StreamResponseBodyFeature(_pipe.Writer.AsStream()));
        _lines = new LineStream(http);
    }

    public void Dispose()
    {
        _lines.Dispose();
        _stop.Dispose();
    }

    [Fact]
    public async Task StartAsync_SendsTheTypeOfLines()
    {
        var http = new DefaultHttpContext();
        using var lines = new LineStream(http);
        await lines.StartAsync();
        Assert.Equal((200, "application/x-ndjson"), (http.Response.StatusCode, http.Response.ContentType));
    }

    [Fact]
    public async Task WriteAsync_SecondWriter_WaitsUntilTheFirstLineIsTaken()
    {
        Task first = WriteAsync("aaaaaaaaaaaa\n");
        Task second = WriteAsync("b\n");
        Assert.False(first.IsCompleted || second.IsCompleted);
        Assert.Equal("aaaaaaaaaaaa\n", await ReadAsync());
        await first.WaitAsync(Limit);
        Assert.Equal("b\n", await ReadAsync());
        await second.WaitAsync(Limit);
    }

    [Fact]
    public async Task WriteAsync_Cancelled_WhileAnotherLineIsSent_WritesNothing()
    {
        Task first = _lines.WriteAsync("aaaaaaaaaaaa\n"u8.ToArray(), CancellationToken.None);
        Task second = WriteAsync("b\n");
        await _stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => second);
        Assert.Equal("aaaaaaaaaaaa\n", await ReadAsync());
        await first.WaitAsync(Limit);
        Task third = _lines.WriteAsync("c\n"u8.ToArray(), CancellationToken.None);
        Assert.Equal("c\n", await ReadAsync());
        await third.WaitAsync(Limit);
    }

    [Fact]
    public async Task WriteAsync_ClientThatDoesNotRead_EndsWithTheToken_AndTheNextWriterGoesOn()
    {
        Task first = WriteAsync("aaaaaaaaaaaa\n");
        await _stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => first);
        Task next = _lines.WriteAsync("b\n"u8.ToArray(), CancellationToken.None);
        Assert.EndsWith("b\n", await ReadAsync(), StringComparison.Ordinal);
        await next.WaitAsync(Limit);
    }

    private Task WriteAsync(string line) => _lines.WriteAsync(Encoding.UTF8.GetBytes(line), _stop.Token);

    private async Task<string> ReadAsync()
    {
        ReadResult read = await _pipe.Reader.ReadAsync().AsTask().WaitAsync(Limit);
        string text = Encoding.UTF8.GetString(System.Buffers.BuffersExtensions.ToArray(read.Buffer));
        _pipe.Reader.AdvanceTo(read.Buffer.End);
        return text;
    }
}
