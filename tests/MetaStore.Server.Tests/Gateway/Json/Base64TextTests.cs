using System.Text;
using Grpc.Core;
using MetaStore.Server.Gateway.Json;

namespace MetaStore.Server.Tests.Gateway.Json;

public sealed class Base64TextTests
{
    [Fact]
    public void Decode_WhatDotNetEncodes()
    {
        var random = new Random(3);
        for (int length = 0; length < 100; length++)
        {
            byte[] bytes = new byte[length];
            random.NextBytes(bytes);
            string text = Convert.ToBase64String(bytes);
            Assert.Equal(bytes, Base64Text.Decode(Encoding.ASCII.GetBytes(text)));
            Assert.Equal(bytes, Base64Text.Decode(Encoding.ASCII.GetBytes(string.Join("\r\n", text.Chunk(3).Select(part => new string(part))))));
        }
    }

    [Fact]
    public void Decode_UnusedBits_MayBeSet() => Assert.Equal([0x00], Base64Text.Decode("AP=="u8));

    /// <summary>The offsets are those of Go's encoding/base64, which etcd's gateway reports.</summary>
    [Theory]
    [InlineData("A", 0)]
    [InlineData("AA", 0)]
    [InlineData("AAA", 0)]
    [InlineData("AAAAA", 4)]
    [InlineData("=", 0)]
    [InlineData("A=", 1)]
    [InlineData("A===", 1)]
    [InlineData("AA=", 3)]
    [InlineData("AA=A", 2)]
    [InlineData("AA==A", 4)]
    [InlineData("AAA=A", 4)]
    [InlineData("AA_-", 2)]
    [InlineData("AA A", 2)]
    [InlineData("AA\u00e9A", 2)]
    public void Decode_AnythingElse_IsRefusedWithGosOffset(string text, int at)
    {
        RpcException refused = Assert.Throws<RpcException>(() => Base64Text.Decode(Encoding.UTF8.GetBytes(text)));
        Assert.Equal((StatusCode.InvalidArgument, $"illegal base64 data at input byte {at}"), (refused.StatusCode, refused.Status.Detail));
    }
}
