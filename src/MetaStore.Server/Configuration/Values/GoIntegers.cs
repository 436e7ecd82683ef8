using System.Globalization;

namespace MetaStore.Server.Configuration.Values;

/// <summary>Integers as Go's flags and YAML 1.1 write them: 1000, 1_000, 0x3e8, 0o1750, 01750, 0b1111101000, with a sign.</summary>
internal static class GoIntegers
{
    /// <summary>Parses an integer.</summary>
    public static bool TryParse(string text, out long value)
    {
        value = 0;
        bool negative = text.StartsWith('-');
        string digits = negative || text.StartsWith('+') ? text[1..] : text;
        (int radix, int prefix) = digits.Length < 2 || digits[0] != '0' ? (10, 0) : char.ToLowerInvariant(digits[1]) switch
        {
            'x' => (16, 2),
            'b' => (2, 2),
            'o' => (8, 2),
            _ => (8, 1),
        };
        bool separated = prefix > 0;
        UInt128 sum = 0;
        foreach (char c in digits.AsSpan(prefix))
        {
            if (c == '_' && separated)
            {
                separated = false;
                continue;
            }

            int digit = char.IsAsciiHexDigit(c) ? int.Parse([c], NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture) : radix;
            if (digit >= radix)
            {
                return false;
            }

            separated = true;
            sum = (sum * (UInt128)radix) + (UInt128)digit;
            if (sum > ulong.MaxValue)
            {
                return false;
            }
        }

        if (digits.Length == prefix || !separated || sum > (negative ? (UInt128)long.MaxValue + 1 : long.MaxValue))
        {
            return false;
        }

        value = negative ? unchecked(-(long)(ulong)sum) : (long)sum;
        return true;
    }
}
