using System.Buffers;
using System.Text;

namespace MetaStore.Server.Calls.Framing;

/// <summary>The encoding of <c>grpc-message</c>: UTF-8, with everything outside printable ASCII, and %, as %XX.</summary>
internal static class PercentEncoding
{
    private static readonly SearchValues<char> s_plain =
        SearchValues.Create(string.Concat(Enumerable.Range(' ', '~' - ' ' + 1).Select(c => (char)c).Where(c => c != '%')));

    /// <summary>Encodes; returns the same string when nothing needs encoding.</summary>
    public static string Encode(string text)
    {
        if (!text.AsSpan().ContainsAnyExcept(s_plain))
        {
            return text;
        }

        var encoded = new StringBuilder(text.Length + 16);
        foreach (var b in Encoding.UTF8.GetBytes(text))
        {
            if (b is >= (byte)' ' and <= (byte)'~' and not (byte)'%')
            {
                encoded.Append((char)b);
            }
            else
            {
                encoded.Append('%').Append(HexDigit(b >> 4)).Append(HexDigit(b & 15));
            }
        }

        return encoded.ToString();
    }

    private static char HexDigit(int value) => (char)(value < 10 ? '0' + value : 'A' + value - 10);
}
