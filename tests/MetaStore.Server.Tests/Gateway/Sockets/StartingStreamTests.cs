using MetaStore.Server.Gateway.Sockets;

namespace MetaStore.Server.Tests.Gateway.Sockets;

/// <summary>A failure is written as a line once a response has started, and as an error body before: each way of writing must start it.</summary>
public sealed class StartingStreamTests
{
    private readonly ProxiedResponse _response = new();
    private readonly MemoryStream _inner = new();
    private readonly StartingStream _stream;

    public StartingStreamTests() => _stream = new StartingStream(_inner, _response);

    [Fact]
    public void Write_Starts()
    {
        _stream.Write([1, 2, 3], 1, 2);
        Assert.True(_response.HasStarted);
        Assert.Equal([2, 3], _inner.ToArray());
    }

    [Fact]
    public async Task WriteAsync_Starts()
    {
        await _stream.WriteAsync(new byte[] { 1, 2 });
        Assert.True(_response.HasStarted);
        Assert.Equal([1, 2], _inner.ToArray());
    }

    /// <summary>It comes from the base class, and must not go round the methods that start.</summary>
    [Fact]
    public async Task BeginWrite_Starts()
    {
        await Task.Factory.FromAsync((callback, state) => _stream.BeginWrite([1, 2], 0, 1, callback, state), _stream.EndWrite, null);
        Assert.True(_response.HasStarted);
        Assert.Equal([1], _inner.ToArray());
    }

    [Fact]
    public async Task Flush_DoesNotStart()
    {
        _stream.Flush();
        await _stream.FlushAsync();
        Assert.False(_response.HasStarted);
    }

    [Fact]
    public void Reading_AndSeeking_AreNotThere()
    {
        Assert.Equal((false, false, true), (_stream.CanRead, _stream.CanSeek, _stream.CanWrite));
        Assert.Throws<NotSupportedException>(() => _stream.Read(new byte[1], 0, 1));
        Assert.Throws<NotSupportedException>(() => _stream.Seek(0, SeekOrigin.Begin));
        Assert.Throws<NotSupportedException>(() => _stream.Position = 1);
        Assert.Throws<NotSupportedException>(() => _stream.SetLength(1));
    }
}
