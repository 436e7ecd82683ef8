using MetaStore.IO.Text;
using Xunit;

namespace MetaStore.Raft.Storage.Tests.Disks;

public sealed class DecimalDigitsTests
{
    [Theory]
    [InlineData("0", 0)]
    [InlineData("007", 7)]
    [InlineData("65535", 65535)]
    public void TryParse_Digits_AreTheNumber(string text, ushort expected)
    {
        Assert.True(DecimalDigits.TryParse(text, out ushort value));
        Assert.Equal(expected, value);
    }

    [Theory]
    [InlineData("")]
    [InlineData("65536")]
    [InlineData("-1")]
    [InlineData("+1")]
    [InlineData(" 1")]
    [InlineData("1 ")]
    [InlineData("1\0")]
    [InlineData("\0001")]
    [InlineData("1\0\0\0")]
    [InlineData("1,000")]
    [InlineData("1.0")]
    [InlineData("1e3")]
    [InlineData("0x10")]
    [InlineData("\u0661")]
    public void TryParse_AnythingElse_IsRefused(string text) => Assert.False(DecimalDigits.TryParse(text, out ushort _));
}
