using MetaStore.Server.Configuration.Options.Auth;
using MetaStore.Server.Configuration.Values;

namespace MetaStore.Server.Tests.Configuration.Values;

public sealed class JwtOptionTextTests
{
    [Fact]
    public void Read_AllParts()
    {
        Assert.Null(JwtOptionText.Read("jwt,pub-key=p.pem,priv-key=k.pem,sign-method=RS256,ttl=90s", out JwtOptions? options));
        Assert.Equal(("RS256", "p.pem", "k.pem", TimeSpan.FromSeconds(90)), (options!.SignMethod, options.PublicKeyFile, options.PrivateKeyFile, options.Ttl));
        Assert.Empty(options.Unknown);
    }

    [Fact]
    public void Read_WithoutTtl_IsEtcdsFiveMinutes_AndUnknownPartsAreNamed()
    {
        Assert.Null(JwtOptionText.Read("jwt,sign-method=HS256,priv-key=secret,leeway=1s", out JwtOptions? options));
        Assert.Equal(TimeSpan.FromMinutes(5), options!.Ttl);
        Assert.Equal(["leeway"], options.Unknown);
    }

    [Theory]
    [InlineData("jwt", "needs sign-method")]
    [InlineData("jwt,", "not name=value")]
    [InlineData("jwt,sign-method", "not name=value")]
    [InlineData("jwt,sign-method=RS256=x", "not name=value")]
    [InlineData("jwt,sign-method=none,priv-key=k", "needs sign-method")]
    [InlineData("jwt,sign-method=rs256,priv-key=k", "needs sign-method")]
    [InlineData("jwt,sign-method=RS256,sign-method=RS256", "twice")]
    [InlineData("jwt,sign-method=RS256", "or pub-key to verify only")]
    [InlineData("jwt,sign-method=HS256,pub-key=p", "the file of the secret")]
    [InlineData("jwt,sign-method=RS256,priv-key=k,ttl=5", "not a duration of at least 1s")]
    [InlineData("jwt,sign-method=RS256,priv-key=k,ttl=0s", "not a duration of at least 1s")]
    [InlineData("jwt,sign-method=RS256,priv-key=k,ttl=-5m", "not a duration of at least 1s")]
    [InlineData("jwt,sign-method=RS256,priv-key=k,ttl=999ms", "not a duration of at least 1s")]
    public void Read_AnythingElse_SaysWhatIsWrong(string text, string why) =>
        Assert.Contains(why, JwtOptionText.Read(text, out _), StringComparison.Ordinal);

    [Theory]
    [InlineData("jwt", true)]
    [InlineData("jwt,", true)]
    [InlineData("simple", false)]
    [InlineData("jwts", false)]
    [InlineData("", false)]
    public void IsJwt_LooksAtTheFirstWordOnly(string text, bool isJwt) => Assert.Equal(isJwt, JwtOptionText.IsJwt(text));
}
