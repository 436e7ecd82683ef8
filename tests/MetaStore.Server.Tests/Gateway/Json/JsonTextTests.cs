using System.Text;
using System.Text.Json;
using MetaStore.Server.Gateway.Json;

namespace MetaStore.Server.Tests.Gateway.Json;

public sealed class JsonTextTests
{
    [Theory]
    [InlineData("", "")]
    [InlineData("plain", "plain")]
    [InlineData("\\\"\\\\\\/\\b\\f\\n\\r\\t", "\"\\/\b\f\n\r\t")]
    [InlineData("\\u0041\\u00e9\\u20AC", "A\u00e9\u20ac")]
    [InlineData("\\ud83d\\ude00", "\U0001F600")]
    [InlineData("\\u0000", "\0")]
    [InlineData("\u00e9\U0001F600", "\u00e9\U0001F600")]
    public void Of_EscapesAndCharacters(string json, string expected) => Assert.Equal(expected, JsonText.Of(Encoding.UTF8.GetBytes(json)));

    /// <summary>As Go does: each becomes U+FFFD, and what follows is read as usual.</summary>
    [Theory]
    [InlineData("\\ud83d", "\ufffd")]
    [InlineData("\\ud83dx", "\ufffdx")]
    [InlineData("\\ude00\\ud83d", "\ufffd\ufffd")]
    [InlineData("\\ud83d\\u0041", "\ufffdA")]
    [InlineData("\\ud83d\\n", "\ufffd\n")]
    [InlineData("\\ud83d\\ud83d\\ude00", "\ufffd\U0001F600")]
    public void Of_LoneSurrogates_AreReplaced(string json, string expected) => Assert.Equal(expected, JsonText.Of(Encoding.UTF8.GetBytes(json)));

    [Theory]
    [InlineData(new byte[] { 0xff, (byte)'a' }, "\ufffda")]
    [InlineData(new byte[] { 0xe2, 0x82 }, "\ufffd\ufffd")]
    [InlineData(new byte[] { 0xc0, 0x80 }, "\ufffd\ufffd")]
    [InlineData(new byte[] { 0xed, 0xa0, 0x80 }, "\ufffd\ufffd\ufffd")]
    public void Of_InvalidBytes_AreReplacedOneByOne(byte[] json, string expected) => Assert.Equal(expected, JsonText.Of(json));

    [Fact]
    public void Of_WhatDotNetWrites_IsWhatItReads()
    {
        var random = new Random(5);
        for (int round = 0; round < 200; round++)
        {
            string text = string.Concat(Enumerable.Range(0, random.Next(30)).Select(_ => Rune.IsValid(random.Next(0x11000)) && random.Next(3) > 0 ? new Rune('a' + random.Next(26)).ToString() : "\u20ac\n\""));
            byte[] json = JsonSerializer.SerializeToUtf8Bytes(text);
            Assert.Equal(text, JsonText.Of(json.AsSpan(1, json.Length - 2)));
        }
    }
}
