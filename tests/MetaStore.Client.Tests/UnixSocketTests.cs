using Grpc.Core;
using MetaStore.Client.Endpoints;

namespace MetaStore.Client.Tests;

/// <summary>Endpoints that are unix sockets.</summary>
public sealed class UnixSocketTests
{
    [Theory]
    [InlineData("unix:///run/meta store%20#.sock", "/run/meta store%20#.sock")]
    [InlineData("unix:/run/x.sock", "/run/x.sock")]
    [InlineData("unix:///run/é?.sock", "/run/é?.sock")]
    public void Parse_AbsolutePath_IsTheSocket(string text, string path) => Assert.Equal(path, SocketAddress.EndPointOf(EndpointAddress.Parse(text)).ToString());

    [Theory]
    [InlineData("unix://127.0.0.1:2379", "127.0.0.1:2379")]
    [InlineData("unix:x/y.sock", "x/y.sock")]
    public void Parse_AnythingElse_IsRelativeToTheWorkingDirectory(string text, string path) =>
        Assert.Equal(Path.GetFullPath(path), SocketAddress.EndPointOf(EndpointAddress.Parse(text)).ToString());

    [Fact]
    public void Configured_AsAUri_IsTheSocket() =>
        Assert.Equal("/run/x.sock", SocketAddress.EndPointOf(new Uri("unix:///run/x.sock")).ToString());

    [Theory]
    [InlineData("unix:")]
    [InlineData("unix://")]
    [InlineData("unix:///a\0b")]
    [InlineData("unixs:///run/x.sock")]
    [InlineData("ftp://127.0.0.1:1")]
    public void Parse_WhatIsNone_IsRefused(string text) => Assert.Throws<FormatException>(() => EndpointAddress.Parse(text));

    [Fact]
    public void Parse_TooLongAPath_IsRefused() => Assert.Throws<FormatException>(() => EndpointAddress.Parse("unix:///" + new string('x', 200)));

    [Fact]
    public async Task NoSocket_IsUnreachable_AndNamed()
    {
        using var client = new MetaStoreClient(MetaStoreClientOptions.Parse("unix:///nowhere/at.sock") with { CommandTimeout = TimeSpan.FromSeconds(60) });
        var failure = await Assert.ThrowsAsync<RpcException>(() => client.Lease.KeepAliveOnceAsync(1));
        Assert.Contains("/nowhere/at.sock: there is no such socket", failure.Status.Detail, StringComparison.Ordinal);
        Assert.Equal(StatusCode.Unavailable, failure.StatusCode);
    }
}
