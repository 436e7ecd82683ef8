using MetaStore.Server.Dashboard.Keys;
using Microsoft.AspNetCore.Http;

namespace MetaStore.Server.Tests.Dashboard.Keys;

/// <summary>Arguments of the key browser: whatever a URL can hold is read exactly, or refused with its name.</summary>
public sealed class KeyArgumentsTests
{
    private readonly HttpRequest _request = new DefaultHttpContext().Request;

    [Theory]
    [InlineData("", new byte[0])]
    [InlineData("?key=", new byte[0])]
    [InlineData("?key=AA%3D%3D", new byte[] { 0 })]
    [InlineData("?key=%2F%2F8%3D", new byte[] { 255, 255 })]
    [InlineData("?key=%2Bw%3D%3D", new byte[] { 251 })]
    [InlineData("?key=YQ==&key=Yg==", new byte[] { 97 })]
    [InlineData("?other=YQ==", new byte[0])]
    public void Bytes_AreBase64_AndTheFirstOneCounts(string query, byte[] expected)
    {
        _request.QueryString = new QueryString(query);
        Assert.Equal(expected, KeyArguments.Bytes(_request, "key"));
    }

    [Theory]
    [InlineData("?key=%25")]
    [InlineData("?key=YQ")]
    [InlineData("?key=Y")]
    [InlineData("?key=YQ%3D%3DYQ%3D%3D")]
    [InlineData("?key=_-8%3D")]
    public void Bytes_AnythingElse_IsRefusedByName(string query)
    {
        _request.QueryString = new QueryString(query);
        Assert.Equal("key is not base64", Assert.Throws<BadArgumentException>(() => KeyArguments.Bytes(_request, "key")).Message);
    }

    [Fact]
    public void Bytes_AreBounded_AndTheErrorSaysByWhat()
    {
        SetKey(KeyArguments.KeyBytesMax);
        Assert.Equal(KeyArguments.KeyBytesMax, KeyArguments.Bytes(_request, "key").Length);
        SetKey(KeyArguments.KeyBytesMax + 1);
        Assert.Equal("key has 2049 bytes, the maximum is 2048", Assert.Throws<BadArgumentException>(() => KeyArguments.Bytes(_request, "key")).Message);
    }

    [Theory]
    [InlineData("", 0)]
    [InlineData("?n=", 0)]
    [InlineData("?n=0", 0)]
    [InlineData("?n=007", 7)]
    [InlineData("?n=9223372036854775807", long.MaxValue)]
    public void Number_IsDecimal(string query, long expected)
    {
        _request.QueryString = new QueryString(query);
        Assert.Equal(expected, KeyArguments.Number(_request, "n"));
    }

    [Theory]
    [InlineData("?n=-1")]
    [InlineData("?n=%2B1")]
    [InlineData("?n=1.0")]
    [InlineData("?n=1e3")]
    [InlineData("?n=0x10")]
    [InlineData("?n=1,000")]
    [InlineData("?n=%201")]
    [InlineData("?n=1%00")]
    [InlineData("?n=9223372036854775808")]
    public void Number_AnythingElse_IsRefusedByName(string query)
    {
        _request.QueryString = new QueryString(query);
        Assert.Equal("n is not an integer", Assert.Throws<BadArgumentException>(() => KeyArguments.Number(_request, "n")).Message);
    }

    [Theory]
    [InlineData(new byte[] { }, new byte[] { 0 })]
    [InlineData(new byte[] { 97 }, new byte[] { 98 })]
    [InlineData(new byte[] { 97, 0 }, new byte[] { 97, 1 })]
    [InlineData(new byte[] { 97, 255 }, new byte[] { 98 })]
    [InlineData(new byte[] { 97, 255, 255 }, new byte[] { 98 })]
    [InlineData(new byte[] { 97, 255, 1 }, new byte[] { 97, 255, 2 })]
    [InlineData(new byte[] { 255 }, new byte[] { 0 })]
    [InlineData(new byte[] { 255, 255 }, new byte[] { 0 })]
    public void EndOf_IsTheKeyAfterTheLastWithThePrefix(byte[] prefix, byte[] end)
    {
        byte[] before = [.. prefix];
        Assert.Equal(end, KeyArguments.EndOf(prefix));
        Assert.Equal(before, prefix);
    }

    private void SetKey(int bytes) => _request.QueryString = new QueryString("?key=" + Uri.EscapeDataString(Convert.ToBase64String(new byte[bytes])));
}
