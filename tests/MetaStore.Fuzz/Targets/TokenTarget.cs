using System.Security.Cryptography;
using System.Text;
using MetaStore.Server.Auth.Jwt;
using MetaStore.Server.Auth.Tokens;

namespace MetaStore.Fuzz.Targets;

/// <summary>A client's token: of the log, and signed. Also with a key that takes every signature, so that the claims are reached.</summary>
internal static class TokenTarget
{
    private static readonly HmacJwtKey Key = new("HS256", HashAlgorithmName.SHA256, [1, 2, 3]);
    private static readonly TrustingKey Trusting = new();

    public static void Run(byte[] input)
    {
        string text = Encoding.Latin1.GetString(input);
        _ = TokenText.TryParse(text, out _);
        JwtClaims? claims = JwtText.Read(text, Trusting);
        if (JwtText.Read(text, Key) is { } signed && signed != claims)
        {
            throw new InvalidOperationException("a signature changes what is claimed");
        }
    }

    public static IEnumerable<byte[]> Seeds() =>
        new[]
        {
            TokenText.Of("abcdefghijklmnopqrstuvwx", 17),
            JwtText.Write(Key, "root", 5, 4_000_000_000),
            JwtText.Write(Trusting, "plain", 1, 1),
            "eyJhbGciOiJIUzI1NiJ9.eyJ1c2VybmFtZSI6ImEiLCJyZXZpc2lvbiI6MSwiZXhwIjoxLjVlMywibmJmIjowfQ.AA",
        }.Select(Encoding.Latin1.GetBytes);

    private sealed class TrustingKey() : JwtKey("HS256", canSign: true)
    {
        public override bool Verify(byte[] data, byte[] signature) => true;

        protected override byte[] SignData(byte[] data) => [0];
    }
}
