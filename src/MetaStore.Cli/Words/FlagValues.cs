using System.CommandLine;
using System.Globalization;
using MetaStore.Cli.CommandLine.Values;

namespace MetaStore.Cli.Words;

/// <summary>Converts flag values from any form that Go accepts to the single form that the parser gets.</summary>
/// <remarks>Source: strconv.ParseBool, strconv.ParseInt with base 0, time.ParseDuration.</remarks>
internal static class FlagValues
{
    /// <summary>The value in canonical form: true or false, decimal digits; everything else unchanged.</summary>
    /// <returns>The error, with etcdctl's text, or null.</returns>
    public static string? Plain(Option flag, string text, out string plain)
    {
        plain = text;
        if (flag is DurationOption)
        {
            return Durations.Fault(text);
        }

        if (flag.ValueType == typeof(bool))
        {
            plain = Bool(text) is { } value ? (value ? "true" : "false") : text;
            return Bool(text) is null ? $"strconv.ParseBool: parsing {Quoted(text)}: invalid syntax" : null;
        }

        if (flag.ValueType == typeof(int) || flag.ValueType == typeof(long))
        {
            var fault = Integer(text, flag.ValueType == typeof(int) ? 32 : 64, out var number);
            plain = number.ToString(CultureInfo.InvariantCulture);
            return fault;
        }

        return flag.ValueType == typeof(double) && !double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out _)
            ? $"strconv.ParseFloat: parsing {Quoted(text)}: invalid syntax"
            : null;
    }

    /// <summary>1, t, T, TRUE, true, True and the same for false; null for anything else.</summary>
    public static bool? Bool(string text) => text switch
    {
        "1" or "t" or "T" or "true" or "TRUE" or "True" => true,
        "0" or "f" or "F" or "false" or "FALSE" or "False" => false,
        _ => null,
    };

    /// <summary>An integer: decimal, or prefixed with 0x, 0o, 0 or 0b, with "_" between digits.</summary>
    /// <returns>The error, or null.</returns>
    public static string? Integer(string text, int bits, out long number)
    {
        number = 0;
        var digits = text.AsSpan();
        var isNegative = digits is ['-', ..];
        digits = digits is ['-' or '+', ..] ? digits[1..] : digits;
        var (numberBase, skip) = digits switch
        {
            ['0', 'x' or 'X', ..] => (16u, 2),
            ['0', 'o' or 'O', ..] => (8u, 2),
            ['0', 'b' or 'B', ..] => (2u, 2),
            ['0', _, ..] => (8u, 1),
            _ => (10u, 0),
        };
        if (!Magnitude(digits[skip..], numberBase, skip > 0, out var magnitude))
        {
            return $"strconv.ParseInt: parsing {Quoted(text)}: invalid syntax";
        }

        var limit = (UInt128)1 << (bits - 1);
        if (magnitude >= limit + (isNegative ? 1u : 0u))
        {
            return $"strconv.ParseInt: parsing {Quoted(text)}: value out of range";
        }

        number = isNegative ? unchecked(-(long)magnitude) : (long)magnitude;
        return null;
    }

    /// <summary>In double quotes, as in error messages.</summary>
    public static string Quoted(string text) => Output.QuotedBytes.Of(ByteWords.BytesOf(text));

    private static bool Magnitude(ReadOnlySpan<char> digits, uint numberBase, bool hasPrefix, out UInt128 magnitude)
    {
        magnitude = 0;
        var last = hasPrefix ? '0' : '\0'; // "0x_1" is a number, "_1" and "0x__1" are not
        foreach (var digit in digits)
        {
            if (digit == '_')
            {
                if (last is '_' or '\0')
                {
                    return false;
                }
            }
            else
            {
                var value = char.IsAsciiHexDigit(digit) ? (uint)Convert.ToInt32(digit.ToString(), 16) : uint.MaxValue;
                if (value >= numberBase)
                {
                    return false;
                }

                magnitude = UInt128.Min((magnitude * numberBase) + value, (UInt128)1 << 100);
            }

            last = digit;
        }

        return digits.Length > 0 && last != '_';
    }
}
