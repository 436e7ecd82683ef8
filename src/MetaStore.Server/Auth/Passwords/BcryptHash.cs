using System.Text;
using System.Text.RegularExpressions;

namespace MetaStore.Server.Auth.Passwords;

/// <summary>bcrypt, with the limits that a server needs.</summary>
internal static partial class BcryptHash
{
    /// <summary>Bytes of a password that bcrypt looks at; a longer one is refused, and not cut.</summary>
    public const int PasswordBytesMax = 72;

    /// <summary>Highest cost of a hash that a client brings: a check at 31 would take days.</summary>
    private const int GivenCostMax = 16;

    /// <summary>True when a password fits.</summary>
    public static bool Fits(string password) => Encoding.UTF8.GetByteCount(password) <= PasswordBytesMax;

    /// <summary>Hashes a password that fits. Takes long.</summary>
    public static string Of(string password, int cost) => BCrypt.Net.BCrypt.HashPassword(password, cost);

    /// <summary>Checks a password. Takes long.</summary>
    public static bool Matches(string password, string hash) => Fits(password) && BCrypt.Net.BCrypt.Verify(password, hash);

    /// <summary>Reads a hash that a client brings: as text, or in base64 as etcd's clients send it.</summary>
    /// <returns>Null when it is none.</returns>
    public static string? Given(string text)
    {
        Span<byte> decoded = stackalloc byte[128];
        if (text.Length <= decoded.Length && Convert.TryFromBase64String(text, decoded, out int length))
        {
            text = Encoding.ASCII.GetString(decoded[..length]);
        }

        return Form().Match(text) is { Success: true } match && int.Parse(match.Groups["cost"].ValueSpan, System.Globalization.CultureInfo.InvariantCulture) is >= 4 and <= GivenCostMax
            ? text
            : null;
    }

    [GeneratedRegex(@"^\$2[aby]\$(?<cost>[0-9]{2})\$[./A-Za-z0-9]{53}$", RegexOptions.CultureInvariant)]
    private static partial Regex Form();
}
