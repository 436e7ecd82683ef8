using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using MetaStore.Server.Auth.Jwt;
using MetaStore.Server.Configuration.Options.Auth;
using MetaStore.Server.Listening.Tls.Certificates;
using MetaStore.Testing;
using MetaStore.Testing.Certificates;

namespace MetaStore.Server.Tests.Auth.Jwt;

/// <summary>What a signed token may look like, and that nothing else is taken.</summary>
public sealed class JwtTextTests
{
    private const string Claims = """{"username":"alice","revision":7,"exp":4000000000}""";

    private static readonly byte[] Secret = "secret"u8.ToArray();
    private static readonly JwtKey Hs256 = JwtKeyFiles.Read("HS256", null, Secret);

    public static TheoryData<string> Methods => new(JwtOptions.SignMethods);

    [Theory]
    [MemberData(nameof(Methods))]
    public void Token_OfEachMethod_IsReadByItsPublicKeyAlone(string method)
    {
        (byte[]? open, byte[] own) = JwtKeyPairs.Of(method);
        JwtKey signing = JwtKeyFiles.Read(method, open, own);
        JwtKey verifying = open is null ? signing : JwtKeyFiles.Read(method, open, null);
        Assert.Equal((true, open is null), (signing.CanSign, verifying.CanSign));
        string token = JwtText.Write(signing, "alice", 7, 4_000_000_000);
        Assert.Equal(new JwtClaims("alice", 7, double.NegativeInfinity, 4_000_000_000), JwtText.Read(token, verifying));
        Assert.Null(JwtText.Read(token, JwtKeyPairs.Signing(method.StartsWith("HS", StringComparison.Ordinal) ? "HS" + (method == "HS256" ? "384" : "256") : method == "EdDSA" ? "ES256" : method)));
        string bent = token[..^3] + (token[^3] == 'A' ? 'B' : 'A') + token[^2..];
        Assert.Null(JwtText.Read(bent, verifying));
    }

    /// <summary>RFC 8032 section 7.1, test 1: the signature of nothing.</summary>
    [Fact]
    public void Ed25519_SignsAsInItsRfc()
    {
        byte[] expected = Convert.FromHexString(
            "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b");
        Assert.Equal(expected, JwtKeyPairs.Signing("EdDSA").Sign([]));
    }

    [Fact]
    public void PublicKey_AsHmacSecret_IsNotTaken()
    {
        (byte[]? open, byte[] own) = JwtKeyPairs.Of("RS256");
        JwtKey key = JwtKeyFiles.Read("RS256", open, own);
        Assert.Null(JwtText.Read(Signed("""{"alg":"HS256"}""", Claims, data => HMACSHA256.HashData(open!, data)), key));
        Assert.Null(JwtText.Read(Signed("""{"alg":"RS256"}""", Claims, data => HMACSHA256.HashData(open!, data)), key));
    }

    [Theory]
    [InlineData("""{"alg":"none"}""")]
    [InlineData("""{"alg":"hs256"}""")]
    [InlineData("""{"alg":"HS384"}""")]
    [InlineData("""{"alg":["HS256"]}""")]
    [InlineData("""{"typ":"JWT"}""")]
    [InlineData("""{"alg":"none","alg":"HS256"}""")]
    [InlineData("""{"alg":"HS256","crit":["exp"]}""")]
    [InlineData("""{"alg":"HS256","crit":[]}""")]
    [InlineData("""{"alg":"HS256","cty":"JWT"}""")]
    [InlineData("""["HS256"]""")]
    [InlineData("""{"\ud800":1,"alg":"HS256"}""")]
    [InlineData("""{"alg":"HS256","\udc00x":1}""")]
    [InlineData("""{"crit\ud800":1,"alg":"HS256"}""")]
    [InlineData("""{"alg":"\ud800"}""")]
    [InlineData("")]
    [InlineData("x")]
    public void Header_ThatSaysAnythingElse_IsRefused(string header) => Assert.Null(JwtText.Read(Mac(header, Claims), Hs256));

    [Theory]
    [InlineData("""{"alg":"HS256"}""")]
    [InlineData("""{ "typ" : "JWT", "kid" : "another", "alg" : "HS256" }""")]
    public void Header_ThatNamesTheMethod_IsTaken(string header) => Assert.NotNull(JwtText.Read(Mac(header, Claims), Hs256));

    [Theory]
    [InlineData("""{"revision":7,"exp":4000000000}""")]
    [InlineData("""{"username":"","revision":7,"exp":4000000000}""")]
    [InlineData("""{"username":1,"revision":7,"exp":4000000000}""")]
    [InlineData("""{"username":"\ud800","revision":7,"exp":4000000000}""")]
    [InlineData("""{"username":"alice","username":"root","revision":7,"exp":4000000000}""")]
    [InlineData("""{"\ud800":1,"username":"alice","revision":7,"exp":4000000000}""")]
    [InlineData("""{"username":"alice","revision":7,"exp":4000000000,"user\ud800name":1}""")]
    [InlineData("""{"username":"alice","exp":4000000000}""")]
    [InlineData("""{"username":"alice","revision":"7","exp":4000000000}""")]
    [InlineData("""{"username":"alice","revision":-7,"exp":4000000000}""")]
    [InlineData("""{"username":"alice","revision":7.5,"exp":4000000000}""")]
    [InlineData("""{"username":"alice","revision":7}""")]
    [InlineData("""{"username":"alice","revision":7,"exp":"4000000000"}""")]
    [InlineData("""{"username":"alice","revision":7,"exp":null}""")]
    [InlineData("""{"username":"alice","revision":7,"exp":1e999}""")]
    [InlineData("""{"username":"alice","revision":7,"exp":4000000000,"nbf":"1"}""")]
    [InlineData("""{"username":"alice","revision":7,"exp":4000000000}x""")]
    [InlineData("""["alice",7,4000000000]""")]
    [InlineData("")]
    public void Claims_ThatAreMissingOrOfAnotherKind_AreRefused(string claims) => Assert.Null(JwtText.Read(Mac("""{"alg":"HS256"}""", claims), Hs256));

    [Fact]
    public void OtherClaims_AreIgnored_AndTimesMayHaveFractions()
    {
        JwtClaims? found = JwtText.Read(Mac("""{"alg":"HS256"}""", """{"iss":"x","aud":["y"],"username":"älice","revision":18446744073709551615,"exp":5.5,"nbf":1}"""), Hs256);
        Assert.Equal(new JwtClaims("älice", ulong.MaxValue, 1, 5.5), found);
    }

    [Fact]
    public void Coding_OtherThanTheOneOfTheRfc_IsRefused()
    {
        string token = Mac("""{"alg":"HS256"}""", Claims);
        Assert.NotNull(JwtText.Read(token, Hs256));
        string[] parts = token.Split('.');
        string[] others =
        [
            "", ".", "..", "...", token + "=", token + " ", " " + token, token + ".", "." + token, token + "\n", $"{parts[0]}.{parts[1]}", $"{parts[0]}.{parts[1]}.",
            $"{parts[0]}..{parts[2]}", $".{parts[1]}.{parts[2]}", token.Replace(parts[0], parts[0] + "==", StringComparison.Ordinal), token + new string('A', JwtText.LengthMax),
            token[..^1], token + "A",
        ];
        Assert.All(others, other => Assert.Null(JwtText.Read(other, Hs256)));
    }

    [Theory]
    [InlineData(2_000)]
    [RowOnRequest(2_000_000)]
    public void Bytes_AtRandom_AreRefusedWithoutAnException(int count)
    {
        var random = new Random(1);
        string token = Mac("""{"alg":"HS256"}""", Claims);
        for (int i = 0; i < count; i++)
        {
            char[] text = token.ToCharArray();
            for (int changes = random.Next(1, 4); changes > 0; changes--)
            {
                text[random.Next(text.Length)] = (char)random.Next(random.Next(2) == 0 ? 128 : 0x10000);
            }

            string changed = new(text);
            Assert.True(changed == token || JwtText.Read(changed, Hs256) is null, changed);

            // Signed, so that what is inside is read.
            byte[] payload = Encoding.UTF8.GetBytes(Claims);
            payload[random.Next(payload.Length)] = (byte)random.Next(256);
            _ = JwtText.Read(Signed(Encoding.ASCII.GetBytes("""{"alg":"HS256"}"""), payload, data => HMACSHA256.HashData(Secret, data)), Hs256);
        }
    }

    [Theory]
    [InlineData("RS256", "ES256", "of another kind")]
    [InlineData("ES256", "ES384", "of another curve")]
    [InlineData("ES256", "RS256", "of another kind")]
    [InlineData("EdDSA", "ES256", "of another kind")]
    public void Key_OfAnotherMethod_IsRefused(string method, string key, string what)
    {
        (byte[]? open, byte[] own) = JwtKeyPairs.Of(key);
        Assert.True(Record.Exception(() => JwtKeyFiles.Read(method, null, own)) is TlsFileException, what);
        Assert.True(Record.Exception(() => JwtKeyFiles.Read(method, open, null)) is TlsFileException, what);
    }

    [Theory]
    [InlineData("RS256")]
    [InlineData("PS384")]
    [InlineData("ES512")]
    public void Keys_ThatDoNotBelongTogether_AreRefused(string method)
    {
        TlsFileException refused = Assert.Throws<TlsFileException>(() => JwtKeyFiles.Read(method, JwtKeyPairs.Of(method).Public, JwtKeyPairs.Of(method).Private));
        Assert.Contains("do not belong together", refused.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("RS256", "")]
    [InlineData("RS256", "no PEM")]
    [InlineData("RS256", "-----BEGIN RSA PRIVATE KEY-----\nAAAA\n-----END RSA PRIVATE KEY-----\n")]
    [InlineData("ES256", "-----BEGIN ENCRYPTED PRIVATE KEY-----\nAAAA\n-----END ENCRYPTED PRIVATE KEY-----\n")]
    [InlineData("EdDSA", "-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n")]
    [InlineData("HS256", "")]
    public void File_ThatIsNoKey_IsRefused(string method, string text) =>
        Assert.Throws<TlsFileException>(() => JwtKeyFiles.Read(method, null, Encoding.ASCII.GetBytes(text)));

    [Fact]
    public void PublicKey_MayStandInACertificate()
    {
        using TestAuthority authority = TestAuthority.Create();
        TestCertificate rsa = authority.Issue("CN=jwt", isRsa: true);
        JwtKey signing = JwtKeyFiles.Read("PS256", Encoding.ASCII.GetBytes(rsa.Pem), Encoding.ASCII.GetBytes(rsa.KeyPem));
        Assert.NotNull(JwtText.Read(JwtText.Write(signing, "a", 1, 2), JwtKeyFiles.Read("PS256", Encoding.ASCII.GetBytes(rsa.Pem), null)));
    }

    /// <summary>A token over a secret, whatever it says.</summary>
    internal static string Mac(string header, string claims) => Signed(header, claims, data => HMACSHA256.HashData(Secret, data));

    private static string Signed(string header, string claims, Func<byte[], byte[]> sign) => Signed(Encoding.UTF8.GetBytes(header), Encoding.UTF8.GetBytes(claims), sign);

    private static string Signed(byte[] header, byte[] claims, Func<byte[], byte[]> sign)
    {
        string signed = $"{Base64Url.EncodeToString(header)}.{Base64Url.EncodeToString(claims)}";
        return $"{signed}.{Base64Url.EncodeToString(sign(Encoding.ASCII.GetBytes(signed)))}";
    }
}
