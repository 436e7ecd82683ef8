using System.Buffers;
using System.IO.Compression;
using Grpc.Core;
using MetaStore.Server.Calls.Framing;

namespace MetaStore.Server.Tests.Calls.Framing;

public sealed class MessageEncodingTests
{
    private const int MaxBytes = 100_000;

    [Theory]
    [InlineData(1)]
    [InlineData(MaxBytes)]
    public void TryInflate_UpToTheLimit_GivesTheBytes(int length)
    {
        var bytes = new byte[length];
        new Random(7).NextBytes(bytes);
        var status = MessageEncoding.TryInflate(new ReadOnlySequence<byte>(Gzip.Compress(bytes)), MaxBytes, out var inflated);
        Assert.Equal(Status.DefaultSuccess, status);
        Assert.Equal(bytes, inflated.ToArray());
    }

    [Fact]
    public void TryInflate_OneByteTooMany_IsResourceExhausted()
    {
        var status = MessageEncoding.TryInflate(new ReadOnlySequence<byte>(Gzip.Compress(new byte[MaxBytes + 1])), MaxBytes, out _);
        Assert.Equal(StatusCode.ResourceExhausted, status.StatusCode);
    }

    [Fact]
    public void TryInflate_Bomb_AllocatesAboutTheLimit()
    {
        using var target = new MemoryStream();
        using (var gzip = new GZipStream(target, CompressionLevel.Optimal))
        {
            var zeros = new byte[1024 * 1024];
            for (var i = 0; i < 64; i++)
            {
                gzip.Write(zeros);
            }
        }

        var bomb = target.ToArray();
        var before = GC.GetAllocatedBytesForCurrentThread();
        var status = MessageEncoding.TryInflate(new ReadOnlySequence<byte>(bomb), MaxBytes, out _);
        Assert.Equal(StatusCode.ResourceExhausted, status.StatusCode);
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, (4 * MaxBytes) + bomb.Length);
    }

    [Fact]
    public void TryInflate_EveryPrefix_IsAnError()
    {
        var whole = Gzip.Compress("a message of some length, a message of some length"u8);
        for (var length = 0; length < whole.Length; length++)
        {
            var status = MessageEncoding.TryInflate(new ReadOnlySequence<byte>(whole.AsMemory(0, length)), MaxBytes, out _);
            Assert.Equal(StatusCode.Internal, status.StatusCode);
        }
    }
}
