using MetaStore.Server.Configuration.Values;

namespace MetaStore.Server.Tests.Configuration.Values;

public sealed class TracingAddressTests
{
    [Theory]
    [InlineData("localhost:4317", "http://localhost:4317/")]
    [InlineData("10.0.0.1:1", "http://10.0.0.1:1/")]
    [InlineData("[::1]:4317", "http://[::1]:4317/")]
    [InlineData("http://collector:80", "http://collector/")]
    [InlineData("https://collector:443/", "https://collector/")]
    public void UriOf_HostAndPort_IsCleartextUnlessItSaysHttps(string text, string expected)
    {
        Assert.Null(TracingAddress.Fault(text));
        Assert.Equal(expected, TracingAddress.UriOf(text).ToString());
    }

    [Theory]
    [InlineData("")]
    [InlineData("collector")]
    [InlineData("http://collector")]
    [InlineData("https://collector/")]
    [InlineData(":4317")]
    [InlineData("collector:")]
    [InlineData("collector:0")]
    [InlineData("collector:65536")]
    [InlineData("collector:4317/path")]
    [InlineData("collector:4317?x=1")]
    [InlineData("collector:4317#x")]
    [InlineData("user@collector:4317")]
    [InlineData("grpc://collector:4317")]
    [InlineData("unix:///run/otel.sock")]
    [InlineData("a b:4317")]
    public void Fault_AnythingElse_IsRefused(string text)
    {
        Assert.Equal("is not host:port of a collector, such as localhost:4317", TracingAddress.Fault(text));
        Assert.Throws<ArgumentException>(() => TracingAddress.UriOf(text));
    }
}
