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
    public void Inflate_UpToTheLimit_GivesTheBytes(int length)
    {
        var bytes = new byte[length];
        new Random(7).NextBytes(bytes);
        using var inflated = new PooledBytes();
        Assert.Equal(Status.DefaultSuccess, MessageEncoding.Inflate(Gzip.Compress(bytes), MaxBytes, inflated));
        Assert.Equal(bytes, inflated.Written.ToArray());
    }

    [Fact]
    public void Inflate_OneByteTooMany_IsResourceExhausted()
    {
        using var inflated = new PooledBytes();
        var status = MessageEncoding.Inflate(Gzip.Compress(new byte[MaxBytes + 1]), MaxBytes, inflated);
        Assert.Equal(StatusCode.ResourceExhausted, status.StatusCode);
    }

    [Fact]
    public void BoundedGzip_Bombs_LeaveNoGarbageOfTheirSize()
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
        var gzipMessages = new BoundedGzip(MaxBytes);
        using var message = new MemoryStream(bomb);
        RefuseBomb();
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 20; i++)
        {
            RefuseBomb();
        }

        Assert.InRange((GC.GetAllocatedBytesForCurrentThread() - before) / 20, 0, MaxBytes / 4);

        void RefuseBomb()
        {
            message.Position = 0;
            var refused = Assert.Throws<RpcException>(() => gzipMessages.CreateDecompressionStream(message));
            Assert.Equal(StatusCode.ResourceExhausted, refused.StatusCode);
        }
    }

    [Fact]
    public void Inflate_EveryPrefix_IsAnError()
    {
        var whole = Gzip.Compress("a message of some length, a message of some length"u8);
        for (var length = 0; length < whole.Length; length++)
        {
            using var inflated = new PooledBytes();
            Assert.Equal(StatusCode.Internal, MessageEncoding.Inflate(new ArraySegment<byte>(whole, 0, length), MaxBytes, inflated).StatusCode);
        }
    }

    [Fact]
    public void BoundedGzip_CopiedAsTheCallReaderDoes_AllocatesTheMessageOnce()
    {
        var bytes = new byte[MaxBytes];
        new Random(8).NextBytes(bytes);
        using var output = new MemoryStream();
        using (var stream = new BoundedGzip(MaxBytes).CreateDecompressionStream(new MemoryStream(Gzip.Compress(bytes))))
        {
            stream.CopyTo(output);
        }

        Assert.Equal(MaxBytes, output.Capacity);
        Assert.Equal(bytes, output.ToArray());
    }
}
