using Grpc.Core;
using MetaStore.Server.Forwarding;

namespace MetaStore.Server.Tests.Forwarding;

/// <summary>Which failed calls certainly reached no server: only those may be repeated.</summary>
public sealed class UnsentCallsTests
{
    [Theory]
    [InlineData(StatusCode.Unavailable, HttpRequestError.ConnectionError, true)]
    [InlineData(StatusCode.Unavailable, HttpRequestError.NameResolutionError, true)]
    [InlineData(StatusCode.Unavailable, HttpRequestError.SecureConnectionError, true)]
    [InlineData(StatusCode.Unavailable, HttpRequestError.HttpProtocolError, false)]
    [InlineData(StatusCode.Unavailable, HttpRequestError.ResponseEnded, false)]
    [InlineData(StatusCode.DeadlineExceeded, HttpRequestError.ConnectionError, false)]
    public void WasNeverSent_IsTrueOnlyWithoutAConnection(StatusCode code, HttpRequestError error, bool expected) =>
        Assert.Equal(expected, new RpcException(new Status(code, "", new HttpRequestException(error))).WasNeverSent());

    [Fact]
    public void StatusOfAServer_WasSent() => Assert.False(UnsentCalls.WasNeverSent(new RpcException(new Status(StatusCode.Unavailable, "etcdserver: no leader"))));
}
