using System.IO.Pipelines;
using System.Text;
using Grpc.Core;
using MetaStore.Protocol.Etcd;
using MetaStore.Server.Gateway;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace MetaStore.Server.Tests.Gateway;

/// <summary>Messages of a stream leave at once, unless the service says that more follows.</summary>
public sealed class JsonResponseStreamTests : IDisposable
{
    private readonly Pipe _pipe = new(new PipeOptions(pauseWriterThreshold: 0));
    private readonly CancellationTokenSource _aborted = new();
    private readonly JsonResponseStream _stream;

    public JsonResponseStreamTests()
    {
        var context = new DefaultHttpContext { RequestAborted = _aborted.Token };
        context.Features.Set<IHttpResponseBodyFeature>(new PipeBody(_pipe.Writer));
        _stream = new JsonResponseStream(context.Response);
    }

    public void Dispose() => _aborted.Dispose();

    [Fact]
    public async Task WriteAsync_EachMessage_IsALineOfItsOwn()
    {
        await _stream.WriteAsync(new WatchResponse { Created = true });
        await _stream.WriteAsync(new WatchResponse { WatchId = 3 });
        Assert.Equal("{\"result\":{\"created\":true}}\n{\"result\":{\"watch_id\":\"3\"}}\n", await ReadAsync());
    }

    [Fact]
    public async Task WriteAsync_MessageLargerThanAPart_ArrivesWhole()
    {
        string reason = new('x', 300_000);
        await _stream.WriteAsync(new WatchResponse { CancelReason = reason });
        Assert.Equal($"{{\"result\":{{\"cancel_reason\":\"{reason}\"}}}}\n", await ReadAsync());
    }

    [Fact]
    public async Task WriteAsync_TokenOfTheCaller_EndsAWaitForASlowClient()
    {
        var slow = new Pipe(new PipeOptions(pauseWriterThreshold: 10, resumeWriterThreshold: 5));
        var context = new DefaultHttpContext();
        context.Features.Set<IHttpResponseBodyFeature>(new PipeBody(slow.Writer));
        using var stop = new CancellationTokenSource();
        Task writing = new JsonResponseStream(context.Response).WriteAsync(new WatchResponse { CancelReason = new string('x', 1000) }, stop.Token);
        Assert.False(writing.IsCompleted);
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => writing);
    }

    [Fact]
    public async Task WriteAsync_ClientThatDisconnects_EndsTheWait()
    {
        var slow = new Pipe(new PipeOptions(pauseWriterThreshold: 10, resumeWriterThreshold: 5));
        var context = new DefaultHttpContext { RequestAborted = _aborted.Token };
        context.Features.Set<IHttpResponseBodyFeature>(new PipeBody(slow.Writer));
        Task writing = new JsonResponseStream(context.Response) { WriteOptions = new WriteOptions(WriteFlags.BufferHint) }
            .WriteAsync(new WatchResponse { CancelReason = new string('x', 1000) });
        Assert.False(writing.IsCompleted);
        await _aborted.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => writing);
    }

    private async Task<string> ReadAsync()
    {
        await _pipe.Writer.CompleteAsync();
        using var text = new StreamReader(_pipe.Reader.AsStream(), Encoding.UTF8);
        return await text.ReadToEndAsync();
    }

    private sealed class PipeBody(PipeWriter writer) : IHttpResponseBodyFeature
    {
        public Stream Stream => writer.AsStream();

        public PipeWriter Writer => writer;

        public Task CompleteAsync() => writer.CompleteAsync().AsTask();

        public void DisableBuffering()
        {
        }

        public Task SendFileAsync(string path, long offset, long? count, CancellationToken cancellationToken = default) => throw new NotSupportedException();

        public Task StartAsync(CancellationToken cancellationToken = default) => Task.CompletedTask;
    }
}
