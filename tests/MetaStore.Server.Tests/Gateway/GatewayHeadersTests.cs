using Grpc.Core;
using MetaStore.Server.Gateway;
using Microsoft.AspNetCore.Http;

namespace MetaStore.Server.Tests.Gateway;

/// <summary>Headers of a request over JSON: its deadline, and what goes to the method as metadata.</summary>
public sealed class GatewayHeadersTests
{
    private readonly HttpRequest _request = new DefaultHttpContext().Request;

    [Theory]
    [InlineData("1H", 36_000_000_000)]
    [InlineData("2M", 1_200_000_000)]
    [InlineData("3S", 30_000_000)]
    [InlineData("4m", 40_000)]
    [InlineData("5u", 50)]
    [InlineData("100n", 1)]
    [InlineData("0S", 0)]
    [InlineData("-1S", -10_000_000)]
    [InlineData("-9223372036854775808H", -10_000_000)]
    public void Deadline_NumberAndUnit(string value, long ticks) => Assert.Equal(ticks, Deadline(value)!.Value.Ticks);

    [Theory]
    [InlineData("")]
    [InlineData("1000H")]
    [InlineData("9223372036854775807H")]
    public void Deadline_NoneOrLongerThanATimerHolds_IsNone(string value) => Assert.Null(Deadline(value));

    [Theory]
    [InlineData("S")]
    [InlineData("1")]
    [InlineData("1s")]
    [InlineData("1.5S")]
    [InlineData("1 S")]
    [InlineData("1\0S")]
    [InlineData("9223372036854775808S")]
    [InlineData("oneS")]
    public void Deadline_AnythingElse_IsRefused(string value)
    {
        RpcException refused = Assert.Throws<RpcException>(() => Deadline(value));
        Assert.Equal((StatusCode.InvalidArgument, $"invalid grpc-timeout: {value}"), (refused.StatusCode, refused.Status.Detail));
    }

    [Fact]
    public void Metadata_IsTheTokenAndWhatHasThePrefix()
    {
        _request.Headers.Authorization = "token";
        _request.Headers["Grpc-Metadata-HasLeader"] = "true";
        _request.Headers["Cookie"] = "secret";
        Assert.Equal([("authorization", "token"), ("hasleader", "true")], GatewayMetadata.Of(_request).Select(entry => (entry.Key, entry.Value)).Order());
    }

    [Theory]
    [InlineData("Grpc-Metadata-a b")]
    [InlineData("Grpc-Metadata-x-bin")]
    public void Metadata_ThatGrpcCannotCarry_IsRefused(string name)
    {
        _request.Headers[name] = "value";
        Assert.Equal(StatusCode.InvalidArgument, Assert.Throws<RpcException>(() => GatewayMetadata.Of(_request)).StatusCode);
    }

    [Fact]
    public void EachStatus_HasAnHttpCode_AndOnlyOkIs200()
    {
        foreach (StatusCode code in Enum.GetValues<StatusCode>())
        {
            int http = GatewayStatus.Of(code);
            Assert.Equal(code == StatusCode.OK, http == 200);
            Assert.InRange(http, 200, 599);
        }

        Assert.Equal((404, 401, 403, 429, 503), (
            GatewayStatus.Of(StatusCode.NotFound), GatewayStatus.Of(StatusCode.Unauthenticated), GatewayStatus.Of(StatusCode.PermissionDenied),
            GatewayStatus.Of(StatusCode.ResourceExhausted), GatewayStatus.Of(StatusCode.Unavailable)));
    }

    private TimeSpan? Deadline(string value)
    {
        _request.Headers["Grpc-Timeout"] = value;
        return GatewayDeadline.Of(_request);
    }
}
