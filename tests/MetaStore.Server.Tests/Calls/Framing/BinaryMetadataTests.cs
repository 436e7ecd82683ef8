using Grpc.Core;
using MetaStore.Server.Calls.Framing;
using Microsoft.AspNetCore.Http;

namespace MetaStore.Server.Tests.Calls.Framing;

public sealed class BinaryMetadataTests
{
    [Theory]
    [InlineData("")]
    [InlineData("AAEC")]
    [InlineData("AAE=")]
    [InlineData("AAE")]
    [InlineData("AA")]
    [InlineData("AAEC,AAE, AA")]
    public void Base64_WithOrWithoutPadding_IsTaken(string value) => Assert.Null(BinaryMetadata.Malformed(new HeaderDictionary { ["trace-bin"] = value }));

    [Theory]
    [InlineData("A")]
    [InlineData("AA!=")]
    [InlineData("AAEC,?")]
    [InlineData("====")]
    public void AnythingElse_IsNamed(string value)
    {
        Status status = BinaryMetadata.Malformed(new HeaderDictionary { ["Trace-BIN"] = value })!.Value;
        Assert.Equal((StatusCode.Internal, $"malformed binary metadata \"{value}\" in header \"trace-bin\""), (status.StatusCode, status.Detail));
    }

    [Fact]
    public void OtherHeaders_AreNotLookedAt() => Assert.Null(BinaryMetadata.Malformed(new HeaderDictionary { ["trace"] = "!", ["-binary"] = "!" }));

    [Fact]
    public void EachValueOfAHeader_IsLookedAt() => Assert.NotNull(BinaryMetadata.Malformed(new HeaderDictionary { ["a-bin"] = new(["AAEC", "!"]) }));
}
