using System.Text;
using MetaStore.Server.Listening.Http2;

namespace MetaStore.Server.Tests.Listening;

/// <summary>HPACK's Huffman code for hosts and URLs. Examples of RFC 7541 appendix C.4 and C.6.</summary>
public sealed class HuffmanHostTests
{
    [Theory]
    [InlineData("f1e3c2e5f23a6ba0ab90f4ff", "www.example.com")]
    [InlineData("9d29ad171863c78f0b97c8e9ae82ae43d3", "https://www.example.com")]
    [InlineData("a8eb10649cbf", "no-cache")]
    [InlineData("6402", "302")]
    [InlineData("", "")]
    public void Decode_TheExamplesOfTheRfc(string coded, string text) =>
        Assert.Equal(text, Encoding.ASCII.GetString(HuffmanHost.Decode(Convert.FromHexString(coded))!));

    /// <summary>[ and ] have codes of 13 bits: 1ffb and 1ffc.</summary>
    [Theory]
    [InlineData("ffdf", "[")]
    [InlineData("ffe7", "]")]
    public void Decode_Brackets(string coded, string text) => Assert.Equal(text, Encoding.ASCII.GetString(HuffmanHost.Decode(Convert.FromHexString(coded))!));

    [Theory]
    [InlineData("ff", "a whole byte of padding")]
    [InlineData("f1e3c2e5f23a6ba0ab90f4ffff", "more than a byte of padding")]
    [InlineData("f1e3c2e5f23a6ba0ab90f4fe", "padding that is not all ones")]
    [InlineData("fffffffc", "the end of string")]
    [InlineData("fe3f", "an exclamation mark, which no host has")]
    [InlineData("ffc7", "a null")]
    public void Decode_AnythingElse_IsNone(string coded, string what) => Assert.True(HuffmanHost.Decode(Convert.FromHexString(coded)) is null, what);
}
