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
    [InlineData("--auth-token=jwt,sign-method=RS256,pub-key=a,priv-key=b", "is refused: this version has simple tokens only")]
    [InlineData("--auth-token=jwt", "is refused: this version has simple tokens only")]
    [InlineData("--auth-token=opaque", "is neither simple nor none")]
    [InlineData("--auth-token=simple,ttl=5", "is neither simple nor none")]
    [InlineData("--audit-log=/var/log/audit", "audit-log")]
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

    private static ConfigurationResult Load(string[] arguments) => ConfigurationLoader.Load(arguments, new Hashtable(), _ => TextReader.Null);
}
