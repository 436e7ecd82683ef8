using System.CommandLine;
using MetaStore.Cli.Words;

namespace MetaStore.Cli.Tests.Words;

/// <summary>Values of flags as Go reads them: strconv.ParseInt with base 0, ParseBool and ParseFloat.</summary>
public sealed class FlagValuesTests
{
    [Theory]
    [InlineData("0", 0)]
    [InlineData("-0", 0)]
    [InlineData("+17", 17)]
    [InlineData("017", 15)]
    [InlineData("0o17", 15)]
    [InlineData("0b101", 5)]
    [InlineData("0XfF", 255)]
    [InlineData("-0x10", -16)]
    [InlineData("1_000", 1000)]
    [InlineData("0x_1f", 31)]
    [InlineData("0_7", 7)]
    [InlineData("9223372036854775807", long.MaxValue)]
    [InlineData("-9223372036854775808", long.MinValue)]
    public void Integer_IsReadAsGoDoes(string text, long expected)
    {
        Assert.Null(FlagValues.Integer(text, 64, out var number));
        Assert.Equal(expected, number);
    }

    [Theory]
    [InlineData("")]
    [InlineData("-")]
    [InlineData("0x")]
    [InlineData("0b2")]
    [InlineData("08")]
    [InlineData("_1")]
    [InlineData("1_")]
    [InlineData("1__0")]
    [InlineData("0x__1")]
    [InlineData("0__7")]
    [InlineData("0x0__1")]
    [InlineData("--1")]
    [InlineData(" 1")]
    [InlineData("1e3")]
    [InlineData("\u0661")]
    public void Integer_OfAnotherForm_IsRefused(string text) =>
        Assert.Equal($"strconv.ParseInt: parsing \"{text}\": invalid syntax", FlagValues.Integer(text, 64, out _));

    [Theory]
    [InlineData("2147483647", 32, true)]
    [InlineData("2147483648", 32, false)]
    [InlineData("-2147483648", 32, true)]
    [InlineData("-2147483649", 32, false)]
    [InlineData("9223372036854775808", 64, false)]
    [InlineData("-9223372036854775809", 64, false)]
    [InlineData("0xffffffffffffffffffffffffffffffffffffffffffff", 64, false)]
    public void Integer_OutOfRange_IsNamed(string text, int bits, bool fits) =>
        Assert.Equal(fits ? null : $"strconv.ParseInt: parsing \"{text}\": value out of range", FlagValues.Integer(text, bits, out _));

    [Theory]
    [InlineData("t", true)]
    [InlineData("True", true)]
    [InlineData("0", false)]
    [InlineData("FALSE", false)]
    [InlineData("tRUE", null)]
    [InlineData("yes", null)]
    [InlineData("", null)]
    public void Bool_HasGosForms(string text, bool? expected) => Assert.Equal(expected, FlagValues.Bool(text));

    [Theory]
    [InlineData("1.5", null)]
    [InlineData("-1e-3", null)]
    [InlineData("1,5", "strconv.ParseFloat: parsing \"1,5\": invalid syntax")]
    [InlineData("", "strconv.ParseFloat: parsing \"\": invalid syntax")]
    public void Float_OfAnotherForm_IsRefused(string text, string? fault) => Assert.Equal(fault, FlagValues.Plain(new Option<double>("--f"), text, out _));

    [Fact]
    public void Plain_IsTheFormThatTheParserGets()
    {
        Assert.Null(FlagValues.Plain(new Option<bool>("--b"), "T", out var on));
        Assert.Null(FlagValues.Plain(new Option<int>("--i"), "-0x1F", out var number));
        Assert.Null(FlagValues.Plain(new Option<string>("--s"), "0x1F", out var text));
        Assert.Equal(("true", "-31", "0x1F"), (on, number, text));
    }

    [Fact]
    public void Quoted_ShowsBytesThatAreNoText() => Assert.Equal("\"a\\xff\\n\"", FlagValues.Quoted("a\udcff\n"));
}
