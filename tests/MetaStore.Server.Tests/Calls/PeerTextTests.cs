using System.Net;
using MetaStore.Server.Calls;

namespace MetaStore.Server.Tests.Calls;

/// <summary>The address of a caller as text.</summary>
public sealed class PeerTextTests
{
    [Theory]
    [InlineData("10.0.0.7", "10.0.0.7:40112", "10.0.0.7")]
    [InlineData("::ffff:10.0.0.7", "10.0.0.7:40112", "10.0.0.7")]
    [InlineData("2001:db8::1", "[2001:db8::1]:40112", "[2001:db8::1]")]
    [InlineData(null, "unknown", "unknown")]
    public void OneAddress_HasOneText(string? address, string text, string host)
    {
        Assert.Equal(text, PeerText.Of(address is null ? null : IPAddress.Parse(address), 40112));
        Assert.Equal(host, PeerText.HostOf(text));
    }
}
