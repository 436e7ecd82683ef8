using System.Globalization;

namespace MetaStore.Grpc.Wire;

/// <summary>The decimal text of each status code, made once.</summary>
internal static class StatusCodeText
{
    private static readonly string[] s_texts =
        [.. Enumerable.Range(0, 17).Select(code => code.ToString(CultureInfo.InvariantCulture))];

    public static string Of(StatusCode code) => (uint)code < (uint)s_texts.Length ? s_texts[(int)code] : s_texts[(int)StatusCode.Unknown];

    /// <summary>Reads a <c>grpc-status</c> value; a number without a name is <see cref="StatusCode.Unknown"/>.</summary>
    public static bool TryParse(string text, out StatusCode code)
    {
        var known = int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number);
        code = known && number < s_texts.Length ? (StatusCode)number : StatusCode.Unknown;
        return known;
    }
}
