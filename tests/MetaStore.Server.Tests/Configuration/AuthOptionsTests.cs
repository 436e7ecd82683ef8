using System.Collections;
using MetaStore.Server.Configuration;
using MetaStore.Server.Configuration.Options.Auth;

namespace MetaStore.Server.Tests.Configuration;

/// <summary>Settings of users, passwords and tokens; what this version does not have is refused in one line, never ignored.</summary>
public sealed class AuthOptionsTests
{
    [Fact]
    public void Defaults_AreEtcds()
    {
        AuthOptions auth = Load([]).Options.Auth;
        Assert.Equal(("simple", 300L, 10, 0), (auth.Token, auth.TokenTtlSeconds, auth.EffectiveBcryptCost, auth.PasswordMinLength));
    }

    [Theory]
    [InlineData("--auth-token=jwt", "needs sign-method, one of RS256")]
    [InlineData("--auth-token=jwt,sign-method=none,priv-key=b", "needs sign-method")]
    [InlineData("--auth-token=jwt,sign-method=rs256,priv-key=b", "needs sign-method")]
    [InlineData("--auth-token=jwt,sign-method=RS256", "needs priv-key, or pub-key to verify only")]
    [InlineData("--auth-token=jwt,sign-method=HS256,pub-key=a", "needs priv-key, the file of the secret")]
    [InlineData("--auth-token=jwt,sign-method=RS256,priv-key=b,ttl=5", "the ttl 5, which is not a duration")]
    [InlineData("--auth-token=jwt,sign-method=RS256,priv-key=b,ttl=-5m", "the ttl -5m")]
    [InlineData("--auth-token=jwt,sign-method=RS256,priv-key=b,ttl=1ms", "the ttl 1ms")]
    [InlineData("--auth-token=jwt,sign-method=RS256,priv-key=b,priv-key=b", "has priv-key twice")]
    [InlineData("--auth-token=jwt,sign-method=RS256,priv-key", "has the part priv-key, which is not name=value")]
    [InlineData("--auth-token=jwt,sign-method=RS256,priv-key=a=b", "has the part priv-key=a=b")]
    [InlineData("--auth-token=jwt,sign-method=RS256,", "has the part , which")]
    [InlineData("--auth-token=jwts", "is none of simple, none and jwt")]
    [InlineData("--auth-token=opaque", "is none of simple, none and jwt")]
    [InlineData("--auth-token=simple,ttl=5", "is none of simple, none and jwt")]
    [InlineData("--audit-log-rotation-config-json=x", "audit-log-rotation-config-json")]
    [InlineData("--auth-token-ttl=0", "auth-token-ttl")]
    [InlineData("--password-min-length=73", "password-min-length")]
    public void WhatIsNotThere_IsRefused(string argument, string why)
    {
        ConfigurationError error = Assert.Single(Load([argument]).Errors);
        Assert.Contains(why, error.ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(3, 10)]
    [InlineData(4, 4)]
    [InlineData(31, 31)]
    [InlineData(32, 10)]
    public void BcryptCost_OutsideOfItsRange_IsTheDefault(int given, int used) => Assert.Equal(used, Load([$"--bcrypt-cost={given}"]).Options.Auth.EffectiveBcryptCost);

    [Fact]
    public void Tokens_CanBeSwitchedOff() => Assert.Equal(AuthOptions.None, Load(["--auth-token=none"]).Options.Auth.Token);

    [Fact]
    public void Jwt_HasEtcdsOptions()
    {
        ConfigurationResult loaded = Load(["--auth-token=jwt,pub-key=a,priv-key=b,sign-method=EdDSA,ttl=1h30m,colour=red"]);
        Assert.Empty(loaded.Errors);
        JwtOptions jwt = loaded.Options.Auth.Jwt!;
        Assert.Equal(("EdDSA", "a", "b", TimeSpan.FromMinutes(90)), (jwt.SignMethod, jwt.PublicKeyFile, jwt.PrivateKeyFile, jwt.Ttl));
        Assert.Contains("auth-token: the option colour of jwt is not known and ignored", loaded.Warnings);
        Assert.Equal(TimeSpan.FromMinutes(5), Load(["--auth-token=jwt,sign-method=HS256,priv-key=b"]).Options.Auth.Jwt!.Ttl);
    }

    [Fact]
    public void Jwt_CanBeAskedForByVariableAndFile()
    {
        const string Value = "jwt,sign-method=ES256,priv-key=k";
        ConfigurationResult byVariable = ConfigurationLoader.Load([], new Hashtable { ["ETCD_AUTH_TOKEN"] = Value }, _ => TextReader.Null);
        ConfigurationResult byEtcdsFile = ConfigurationLoader.Load(["--config-file=f"], new Hashtable(), _ => new StringReader($"auth-token: {Value}\n"));
        ConfigurationResult byFile = ConfigurationLoader.Load(["--config-file=f"], new Hashtable(), _ => new StringReader($"server:\n  auth:\n    token: {Value}\n"));
        Assert.All([byVariable, byEtcdsFile, byFile], loaded =>
        {
            Assert.Empty(loaded.Errors);
            Assert.Equal("k", loaded.Options.Auth.Jwt!.PrivateKeyFile);
        });
    }

    private static ConfigurationResult Load(string[] arguments) => ConfigurationLoader.Load(arguments, new Hashtable(), _ => TextReader.Null);
}
