using MetaStore.Server.Calls.Framing;

namespace MetaStore.Server.Tests.Calls.Framing;

/// <summary>Reading up to a limit, and the stream over what was read.</summary>
public sealed class PooledBytesTests
{
    [Theory]
    [InlineData(0, 0, true, 0)]
    [InlineData(1, 0, false, 1)]
    [InlineData(10, 10, true, 10)]
    [InlineData(11, 10, false, 11)]
    [InlineData(5_000_000, 10, false, 11)]
    [InlineData(100_000, 100_000, true, 100_000)]
    [InlineData(16_384, int.MaxValue - 1, true, 16_384)]
    public void ReadToEnd_StopsOneByteAfterTheLimit(int bytes, int max, bool isAll, int read)
    {
        using var pooled = new PooledBytes();
        byte[] source = new byte[bytes];
        new Random(3).NextBytes(source);
        Assert.Equal(isAll, pooled.TryReadToEnd(new MemoryStream(source), max));
        Assert.Equal(source[..read], pooled.Written.ToArray());
    }

    [Fact]
    public void Disposed_HoldsNothing_AndMayBeDisposedAgain()
    {
        var pooled = new PooledBytes();
        pooled.TryReadToEnd(new MemoryStream([1, 2]), 10);
        pooled.Dispose();
        pooled.Dispose();
        Assert.Equal((0, 0), (pooled.Length, pooled.Written.Count));
    }

    [Fact]
    public void Stream_GivesTheBytesOnce_InAnyPieces()
    {
        using PooledStream stream = StreamOf([1, 2, 3, 4, 5]);
        byte[] target = new byte[4];
        Assert.Equal(2, stream.Read(target, 1, 2));
        Assert.Equal([0, 1, 2, 0], target);
        using var rest = new MemoryStream();
        stream.CopyTo(rest);
        Assert.Equal([3, 4, 5], rest.ToArray());
        Assert.Equal(0, stream.Read(target));
        Assert.Equal((true, false, false), (stream.CanRead, stream.CanSeek, stream.CanWrite));
    }

    /// <summary>The decompressed message is allocated once, at its size.</summary>
    [Fact]
    public void Copy_IntoMemory_AllocatesWhatIsNeeded()
    {
        using PooledStream stream = StreamOf(new byte[100_000]);
        using var target = new MemoryStream();
        target.WriteByte(7);
        stream.CopyTo(target);
        Assert.Equal((100_001L, 100_001), (target.Length, target.Capacity));
    }

    private static PooledStream StreamOf(byte[] bytes)
    {
        var pooled = new PooledBytes();
        Assert.True(pooled.TryReadToEnd(new MemoryStream(bytes), bytes.Length));
        return new PooledStream(pooled);
    }
}
