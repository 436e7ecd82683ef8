using System.Buffers;
using System.IO.Pipelines;
using Grpc.Core;
using MetaStore.Server.Calls.Framing;
using Microsoft.AspNetCore.Connections;

namespace MetaStore.Server.Tests.Calls.Framing;

/// <summary>The prefix of each message is checked wherever the body is cut; what passes is passed on unchanged.</summary>
public sealed class MessageBodyTests
{
    private const int MaxBytes = 1000;

    private readonly Pipe _pipe = new();
    private readonly MessageBody _body = new();

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(4)]
    [InlineData(5)]
    [InlineData(6)]
    [InlineData(7)]
    [InlineData(100)]
    public async Task Messages_OfAStream_PassInPiecesOfAnySize(int pieceBytes)
    {
        Begin(isOneMessage: false);
        byte[] sent = [.. Message(0), .. Message(3), .. Message(300), .. Message(0), .. Message(1)];
        for (int at = 0; at < sent.Length; at += pieceBytes)
        {
            await _pipe.Writer.WriteAsync(sent.AsMemory(at, Math.Min(pieceBytes, sent.Length - at)));
            ReadResult read = await _body.ReadAsync();
            Assert.Equal(Math.Min(at + pieceBytes, sent.Length), read.Buffer.Length);
            _body.AdvanceTo(read.Buffer.Start, read.Buffer.End);
        }

        await _pipe.Writer.CompleteAsync();
        ReadResult whole = await _body.ReadAsync();
        Assert.True(whole.IsCompleted);
        Assert.Equal(sent, whole.Buffer.ToArray());
    }

    /// <summary>Whole messages are consumed as they come; the next prefix is looked for in what is left.</summary>
    [Theory]
    [InlineData(1)]
    [InlineData(9)]
    [InlineData(100)]
    public async Task Messages_ThatAreConsumedOneByOne_AreAllThere(int count)
    {
        Begin(isOneMessage: false);
        for (int i = 0; i < count; i++)
        {
            await _pipe.Writer.WriteAsync(Message(i));
        }

        for (int i = 0; i < count; i++)
        {
            ReadResult read = await _body.ReadAsync();
            Assert.Equal(Message(i), read.Buffer.Slice(0, 5 + i).ToArray());
            _body.AdvanceTo(read.Buffer.GetPosition(5 + i));
        }

        await _pipe.Writer.CompleteAsync();
        ReadResult end = await _body.ReadAsync();
        Assert.Equal((true, 0L), (end.IsCompleted, end.Buffer.Length));
    }

    /// <summary>Kestrel shows bytes again that were examined and not consumed.</summary>
    [Fact]
    public async Task Message_ThatIsLookedAtSeveralTimes_IsCountedOnce()
    {
        Begin(isOneMessage: true);
        byte[] message = Message(20);
        foreach (int upTo in new[] { 3, 10, 25 })
        {
            await _pipe.Writer.WriteAsync(message.AsMemory(upTo switch { 3 => 0, 10 => 3, _ => 10 }, upTo switch { 3 => 3, 10 => 7, _ => 15 }));
            ReadResult read = await _body.ReadAsync();
            Assert.Equal(upTo, read.Buffer.Length);
            _body.AdvanceTo(read.Buffer.Start, read.Buffer.End);
        }

        await _pipe.Writer.CompleteAsync();
        Assert.Equal(25, (await _body.ReadAsync()).Buffer.Length);
    }

    [Theory]
    [InlineData(MaxBytes, null)]
    [InlineData(MaxBytes + 1, "grpc: received message larger than max (1001 vs. 1000)")]
    public async Task Length_AboveTheLimit_IsRefusedBeforeItsBytesArrive(int length, string? why)
    {
        Begin(isOneMessage: true);
        await _pipe.Writer.WriteAsync(Message(length).AsMemory(0, 5));
        RpcException? refused = await Record.ExceptionAsync(async () => await _body.ReadAsync()) as RpcException;
        Assert.Equal(why, refused?.Status.Detail);
        Assert.Equal(why is null ? null : StatusCode.ResourceExhausted, refused?.StatusCode);
    }

    [Theory]
    [InlineData(0, false, null)]
    [InlineData(1, true, null)]
    [InlineData(1, false, "grpc: compressed flag set with identity or empty encoding")]
    [InlineData(2, true, "grpc: received unexpected payload format 2")]
    public async Task Flag_IsCheckedAgainstTheEncoding(byte flag, bool isCompressing, string? why)
    {
        Begin(isOneMessage: false, isCompressing);
        await _pipe.Writer.WriteAsync(new byte[] { flag, 0, 0, 0, 0 });
        RpcException? refused = await Record.ExceptionAsync(async () => await _body.ReadAsync()) as RpcException;
        Assert.Equal(why, refused?.Status.Detail);
    }

    [Fact]
    public async Task NextBody_BeginsAnew()
    {
        Begin(isOneMessage: true);
        await _pipe.Writer.WriteAsync(Message(1));
        await ReadAllAsync();
        var other = new Pipe();
        await other.Writer.WriteAsync(Message(2));
        _body.Begin(other.Reader, isOneMessage: true, isCompressing: false, MaxBytes);
        Assert.True(_body.TryRead(out ReadResult read));
        Assert.Equal(7, read.Buffer.Length);
    }

    [Fact]
    public async Task TryRead_WithoutBytes_IsFalse_AndWithAFaultThrows()
    {
        Begin(isOneMessage: true);
        Assert.False(_body.TryRead(out _));
        await _pipe.Writer.WriteAsync(new byte[] { 9, 0, 0, 0, 0 });
        Assert.Throws<RpcException>(() => _body.TryRead(out _));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Client_ThatDisconnects_IsCancelled_AlsoInAWait(bool waits)
    {
        Begin(isOneMessage: true);
        Task<ReadResult>? waiting = waits ? _body.ReadAsync().AsTask() : null;
        await _pipe.Writer.CompleteAsync(waits ? new IOException("reset") : new ConnectionAbortedException("reset"));
        RpcException gone = await Assert.ThrowsAsync<RpcException>(async () => await (waiting ?? _body.ReadAsync().AsTask()));
        Assert.Equal((StatusCode.Cancelled, "context canceled"), (gone.StatusCode, gone.Status.Detail));
    }

    [Fact]
    public async Task PendingRead_ThatIsCancelled_ShowsNothing()
    {
        Begin(isOneMessage: true);
        Task<ReadResult> waiting = _body.ReadAsync().AsTask();
        _body.CancelPendingRead();
        ReadResult read = await waiting;
        Assert.Equal((true, 0L), (read.IsCanceled, read.Buffer.Length));
    }

    private static byte[] Message(int length) => [0, (byte)(length >> 24), (byte)(length >> 16), (byte)(length >> 8), (byte)length, .. Enumerable.Range(0, length).Select(i => (byte)i)];

    private void Begin(bool isOneMessage, bool isCompressing = false) => _body.Begin(_pipe.Reader, isOneMessage, isCompressing, MaxBytes);

    private async Task<byte[]> ReadAllAsync()
    {
        ReadResult read = await _body.ReadAsync();
        byte[] bytes = read.Buffer.ToArray();
        _body.AdvanceTo(read.Buffer.End);
        return bytes;
    }
}
