using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using MetaStore.IO.Text;
using MetaStore.StateMachine.Auth.Tokens;

namespace MetaStore.Server.Auth.Tokens;

/// <summary>A token as clients see it: random letters, a dot, the index of the log entry of its issue.</summary>
/// <remarks>Only the digest of the letters goes into the log. Source: etcd's simple token; ADR 0026.</remarks>
internal readonly record struct TokenText(TokenDigest Digest, ulong IssuedAt)
{
    /// <summary>52^24 possibilities, some 136 bits.</summary>
    private const int SecretLength = 24;

    private const int LengthMax = 128;

    private const string Letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

    /// <summary>A new random part.</summary>
    public static string NewSecret() => RandomNumberGenerator.GetString(Letters, SecretLength);

    /// <summary>Its digest.</summary>
    public static TokenDigest DigestOf(string secret) => TokenDigest.Of(Encoding.ASCII.GetBytes(secret));

    /// <summary>The whole token.</summary>
    public static string Of(string secret, ulong issuedAt) => string.Create(CultureInfo.InvariantCulture, $"{secret}.{issuedAt}");

    /// <summary>Reads a token. False when it cannot be one of this cluster.</summary>
    public static bool TryParse(ReadOnlySpan<char> text, out TokenText token)
    {
        token = default;
        var dot = text.LastIndexOf('.');
        if (dot <= 0 || text.Length > LengthMax || !Ascii.IsValid(text)
            || !DecimalDigits.TryParse(text[(dot + 1)..], out ulong issuedAt))
        {
            return false;
        }

        Span<byte> secret = stackalloc byte[dot];
        Encoding.ASCII.GetBytes(text[..dot], secret);
        token = new TokenText(TokenDigest.Of(secret), issuedAt);
        return true;
    }
}
