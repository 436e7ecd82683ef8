using MetaStore.Grpc.Client;
using MetaStore.Grpc.Tests.Echoing;

namespace MetaStore.Grpc.Tests.Client;

public sealed class MessageStreamContentTests
{
    [Fact]
    public async Task CopyToAsync_ASecondTime_FailsInsteadOfWaitingForWritersOfTheFirst()
    {
        using var content = new MessageStreamContent(compress: false, int.MaxValue);
        using var stream = new MemoryStream();
        var first = content.CopyToAsync(stream);
        await content.WriteAsync(new EchoRequest(), flush: true, CancellationToken.None);
        await Assert.ThrowsAsync<HttpRequestException>(() => content.CopyToAsync(Stream.Null).WaitAsync(TimeSpan.FromSeconds(20)));
        content.Complete();
        await first;
        Assert.Equal(5, stream.Length);
    }
}
