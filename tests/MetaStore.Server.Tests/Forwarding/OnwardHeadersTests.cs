using Grpc.Core;
using MetaStore.Server.Calls;
using MetaStore.Server.Forwarding;

namespace MetaStore.Server.Tests.Forwarding;

public sealed class OnwardHeadersTests
{
    private const string Method = "/etcdserverpb.Lease/LeaseTimeToLive";

    [Fact]
    public async Task OfAsync_MarksTheCall_ForTheMemberThatGetsIt()
    {
        var arrived = new LocalCallContext(Method);
        Assert.False(OnwardHeaders.IsForwarded(arrived.Call));
        Metadata onward = await new OnwardHeaders(null!).OfAsync(arrived.Call, CancellationToken.None);
        Assert.Equal([OnwardHeaders.Forwarded], onward.Select(header => header.Key));
        Assert.True(OnwardHeaders.IsForwarded(new LocalCallContext(Method, onward).Call));
    }

    [Fact]
    public async Task OfAsync_PassesTheTokenOn()
    {
        var arrived = new LocalCallContext(Method, new Metadata { { "token", "t" } });
        Metadata onward = await new OnwardHeaders(null!).OfAsync(arrived.Call, CancellationToken.None);
        Assert.Equal("t", onward.GetValue("token"));
    }
}
