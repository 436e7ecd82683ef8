using System.Security.Cryptography;
using System.Text;
using MetaStore.Server.Auth.Jwt;
using MetaStore.Server.Auth.Tokens;

namespace MetaStore.Fuzz.Targets;

/// <summary>A client's token: of the log, and signed. Also with a key that takes every signature, so that the claims are reached. What is read can be written, and is then read as the same.</summary>
internal static class TokenTarget
{
    private static readonly HmacJwtKey Key = new("HS256", HashAlgorithmName.SHA256, [1, 2, 3]);
    private static readonly TrustingKey Trusting = new();

    /// <summary>Written, a name takes up to eight characters for one: of longer ones the token would be too long to be read.</summary>
    private const int WrittenUserMax = 512;

    public static bool Run(byte[] input)
    {
        string text = Encoding.Latin1.GetString(input);
        bool isOfTheLog = TokenText.TryParse(text, out TokenText token);
        if (isOfTheLog)
        {
            CheckWriting(text[..text.LastIndexOf('.')], token);
        }

        JwtClaims? claims = JwtText.Read(text, Trusting);
        if (JwtText.Read(text, Key) is { } signed && signed != claims)
        {
            throw new InvalidOperationException("a signature changes what is claimed");
        }

        if (claims is { User.Length: <= WrittenUserMax } claimed)
        {
            CheckWriting(claimed);
        }

        return isOfTheLog || claims is not null;
    }

    public static IEnumerable<byte[]> Seeds() =>
        new[]
        {
            TokenText.Of("abcdefghijklmnopqrstuvwx", 17),
            JwtText.Write(Key, "root", 5, 4_000_000_000),
            JwtText.Write(Trusting, "plain", 1, 1),
            "eyJhbGciOiJIUzI1NiJ9.eyJ1c2VybmFtZSI6ImEiLCJyZXZpc2lvbiI6MSwiZXhwIjoxLjVlMywibmJmIjowfQ.AA",
        }.Select(Encoding.Latin1.GetBytes);

    private static void CheckWriting(string secret, in TokenText token)
    {
        if (token.Digest != TokenText.DigestOf(secret) || !TokenText.TryParse(TokenText.Of(secret, token.IssuedAt), out TokenText again) || again != token)
        {
            throw new InvalidOperationException("a token that was read is not read again");
        }
    }

    private static void CheckWriting(in JwtClaims claimed)
    {
        if (JwtText.Read(JwtText.Write(Trusting, claimed.User, claimed.Revision, expires: 7), Trusting) != claimed with { NotBefore = double.NegativeInfinity, Expires = 7 })
        {
            throw new InvalidOperationException("claims that were written are read as others");
        }
    }

    private sealed class TrustingKey() : JwtKey("HS256", canSign: true)
    {
        public override bool Verify(byte[] data, byte[] signature) => true;

        protected override byte[] SignData(byte[] data) => [0];
    }
}
