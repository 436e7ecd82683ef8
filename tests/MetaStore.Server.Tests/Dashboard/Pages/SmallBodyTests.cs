using MetaStore.Server.Dashboard.Keys;
using MetaStore.Server.Dashboard.Pages;
using Microsoft.AspNetCore.Http;

namespace MetaStore.Server.Tests.Dashboard.Pages;

public sealed class SmallBodyTests
{
    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(16 << 10)]
    public async Task ReadAsync_UpToTheMaximum_IsTheWholeBody(int length)
    {
        byte[] body = [.. Enumerable.Range(0, length).Select(i => (byte)i)];
        Assert.Equal(body, await ReadAsync(new MemoryStream(body)));
    }

    /// <summary>A client that sends a body byte by byte, or one without an end.</summary>
    [Fact]
    public async Task ReadAsync_LongerBody_IsRefused_AndNotReadToItsEnd()
    {
        var endless = new Endless();
        BadArgumentException refused = await Assert.ThrowsAsync<BadArgumentException>(() => ReadAsync(endless));
        Assert.Equal("the body has more than 16384 bytes", refused.Message);
        Assert.Equal((16 << 10) + 1, endless.Given);
    }

    private static Task<byte[]> ReadAsync(Stream body) => SmallBody.ReadAsync(new DefaultHttpContext { Request = { Body = body } });

    private sealed class Endless : MemoryStream
    {
        public int Given { get; private set; }

        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            buffer.Span[0] = (byte)'x';
            Given++;
            return new ValueTask<int>(1);
        }
    }
}
