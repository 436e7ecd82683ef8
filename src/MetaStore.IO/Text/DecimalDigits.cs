using System.Globalization;
using System.Numerics;

namespace MetaStore.IO.Text;

/// <summary>Numbers that are written as decimal digits and nothing else: no sign, no space, no separator.</summary>
public static class DecimalDigits
{
    /// <summary>Reads a number. False when the text is empty, has another character, or does not fit.</summary>
    /// <remarks>.NET's parsers take NUL characters after the digits even with <see cref="NumberStyles.None"/>, so that two texts are one number.</remarks>
    public static bool TryParse<T>(ReadOnlySpan<char> text, out T value)
        where T : struct, IBinaryInteger<T>
    {
        value = default;
        return !text.ContainsAnyExceptInRange('0', '9') && T.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out value);
    }
}
