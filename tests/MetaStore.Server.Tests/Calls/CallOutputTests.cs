using System.Buffers;
using System.IO.Pipelines;
using Grpc.Core;
using MetaStore.Server.Calls;
using MetaStore.Server.Calls.Responses;
using Microsoft.AspNetCore.Http.Features;

namespace MetaStore.Server.Tests.Calls;

/// <summary>How much of a response is buffered in Kestrel, and that all of it is sent.</summary>
public sealed class CallOutputTests
{
    private readonly Pipe _connection = new(new PipeOptions(pauseWriterThreshold: 1, resumeWriterThreshold: 1, useSynchronizationContext: false));
    private readonly CallOutput _output;

    public CallOutputTests()
    {
        _output = new CallOutput(new Body(_connection.Writer), new LocalCallContext("test").Call);
        _output.Begin();
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(MessageParts.WholeBytes)]
    [InlineData(MessageParts.WholeBytes + 1)]
    [InlineData(3_000_003)]
    public async Task Flush_SendsEveryByteInOrder_AndHoldsLittleInTheConnection(int bytes)
    {
        var sent = new byte[bytes];
        new Random(1).NextBytes(sent);
        for (var at = 0; at < bytes;)
        {
            var count = Math.Min(4096, bytes - at);
            sent.AsSpan(at, count).CopyTo(_output.GetSpan(count));
            _output.Advance(count);
            at += count;
        }

        var flushing = _output.FlushAsync().AsTask();
        var received = new List<byte>();
        while (received.Count < bytes)
        {
            var read = await _connection.Reader.ReadAsync();
            Assert.InRange(read.Buffer.Length, 1, (2 * MessageParts.WholeBytes) + 4096);
            foreach (var part in read.Buffer)
            {
                received.AddRange(part.Span);
            }

            _connection.Reader.AdvanceTo(read.Buffer.End);
        }

        await flushing;
        Assert.Equal(sent, received);
        Assert.False(_output.HasParts);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(MessageParts.WholeBytes - 3)]
    [InlineData(MessageParts.WholeBytes)]
    [InlineData(3_000_003)]
    public async Task Parts_AreSentAfterWhatWasWrittenBefore_AndBeforeWhatFollows(int bytes)
    {
        var sent = new byte[bytes + 6];
        new Random(2).NextBytes(sent);
        var parts = new MessageParts();
        parts.Write(sent.AsSpan(3, bytes));
        _output.Write(sent.AsSpan(0, 3));
        _output.Add(parts);
        _output.Write(sent.AsSpan(bytes + 3));
        var flushing = _output.FlushAsync().AsTask();
        var received = new List<byte>();
        while (received.Count < sent.Length)
        {
            var read = await _connection.Reader.ReadAsync();
            foreach (var part in read.Buffer)
            {
                received.AddRange(part.Span);
            }

            _connection.Reader.AdvanceTo(read.Buffer.End);
        }

        await flushing;
        Assert.Equal(sent, received);
    }

    [Fact]
    public async Task Flush_OfAClientThatHasGone_IsCancelled()
    {
        await _connection.Reader.CompleteAsync();
        _output.Advance(_output.GetSpan(1).Length > 0 ? 1 : 0);
        var gone = await Assert.ThrowsAsync<RpcException>(async () => await _output.FlushAsync());
        Assert.Equal((StatusCode.Cancelled, "context canceled"), (gone.StatusCode, gone.Status.Detail));
    }

    private sealed class Body(PipeWriter writer) : IHttpResponseBodyFeature
    {
        public Stream Stream => throw new NotSupportedException();

        public PipeWriter Writer => writer;

        public Task StartAsync(CancellationToken cancellationToken = default) => Task.CompletedTask;

        public Task CompleteAsync() => Task.CompletedTask;

        public Task SendFileAsync(string path, long offset, long? count, CancellationToken cancellationToken = default) => throw new NotSupportedException();

        public void DisableBuffering()
        {
        }
    }
}
