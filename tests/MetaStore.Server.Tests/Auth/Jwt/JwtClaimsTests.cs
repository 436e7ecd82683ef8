using System.Security.Cryptography;
using System.Text;
using MetaStore.Server.Auth.Jwt;
using MetaStore.Server.Listening.Tls.Certificates;

namespace MetaStore.Server.Tests.Auth.Jwt;

/// <summary>When a token counts, to the millisecond, and key files that hold a key of another form.</summary>
public sealed class JwtClaimsTests
{
    [Theory]
    [InlineData(100, 200, 99_999, false)]
    [InlineData(100, 200, 100_000, true)]
    [InlineData(100, 200, 199_999, true)]
    [InlineData(100, 200, 200_000, false)]
    [InlineData(100.5, 200.25, 100_499, false)]
    [InlineData(100.5, 200.25, 100_500, true)]
    [InlineData(100.5, 200.25, 200_249, true)]
    [InlineData(100.5, 200.25, 200_250, false)]
    [InlineData(double.NegativeInfinity, 1, 0, true)]
    [InlineData(200, 100, 150_000, false)]
    [InlineData(-1e300, 1e300, 0, true)]
    public void Token_CountsFromItsBeginningUntilBeforeItsEnd(double notBefore, double expires, long milliseconds, bool isValid) =>
        Assert.Equal(isValid, new JwtClaims("u", 1, notBefore, expires).IsValidAt(DateTimeOffset.FromUnixTimeMilliseconds(milliseconds)));

    /// <summary>A curve that is written out is not known to be the one of the method, whatever its numbers are.</summary>
    [Fact]
    public void EcKey_WithItsCurveWrittenOut_IsTakenAsThatCurve_OrRefused()
    {
        using ECDsa named = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        ECParameters parameters = named.ExportExplicitParameters(includePrivateParameters: true);
        using ECDsa key = ECDsa.Create(parameters);
        byte[] file = JwtKeyPairs.Pem("PRIVATE KEY", key.ExportPkcs8PrivateKey());
        Exception? refused = Record.Exception(() => JwtKeyFiles.Read("ES256", null, file));
        Assert.True(refused is null or TlsFileException, refused?.ToString());
        Assert.Throws<TlsFileException>(() => JwtKeyFiles.Read("ES384", null, file));
    }

    [Theory]
    [InlineData("ES256", "ES384")]
    [InlineData("ES512", "ES256")]
    public void EcKey_OfAnotherCurve_IsRefused(string method, string of)
    {
        (byte[]? open, byte[] own) = JwtKeyPairs.Of(of);
        Assert.Contains("the key is not on the curve", Assert.Throws<TlsFileException>(() => JwtKeyFiles.Read(method, open, own)).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(512)]
    [InlineData(1016)]
    public void RsaKey_ThatIsTooShort_IsRefused(int bits)
    {
        using var key = RSA.Create(bits);
        byte[] file = JwtKeyPairs.Pem("RSA PRIVATE KEY", key.ExportRSAPrivateKey());
        Assert.EndsWith(
            $"the RSA key has {bits} bits, and 1024 are the least", Assert.Throws<TlsFileException>(() => JwtKeyFiles.Read("RS256", null, file)).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("302e020100300506032b657004220420", 31)]
    [InlineData("302e020100300506032b656f04220420", 32)]
    [InlineData("302e020100", 0)]
    [InlineData("", 0)]
    public void Ed25519Key_OfAnotherFormOrLength_IsRefused(string head, int bytes)
    {
        byte[] file = JwtKeyPairs.Pem("PRIVATE KEY", [.. Convert.FromHexString(head), .. new byte[bytes]]);
        Assert.Throws<TlsFileException>(() => JwtKeyFiles.Read("EdDSA", null, file));
    }

    [Theory]
    [InlineData("RS256")]
    [InlineData("ES256")]
    [InlineData("EdDSA")]
    [InlineData("HS256")]
    public void Method_WithoutAnyKey_IsRefused(string method)
    {
        string message = Assert.Throws<TlsFileException>(() => JwtKeyFiles.Read(method, null, null)).Message;
        Assert.EndsWith(method == "HS256" ? "priv-key is not given or empty" : "neither pub-key nor priv-key is given", message, StringComparison.Ordinal);
        Assert.Throws<TlsFileException>(() => JwtKeyFiles.Read(method, null, []));
        Assert.Throws<TlsFileException>(() => JwtKeyFiles.Read(method, Encoding.ASCII.GetBytes("no key"), null));
    }

    [Fact]
    public void KeyThatOnlyVerifies_SignsNothing()
    {
        (byte[]? open, _) = JwtKeyPairs.Of("EdDSA");
        Assert.Equal("the key of EdDSA only verifies", Assert.Throws<InvalidOperationException>(() => JwtKeyFiles.Read("EdDSA", open, null).Sign([])).Message);
    }
}
