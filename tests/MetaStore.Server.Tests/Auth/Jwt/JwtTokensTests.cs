using System.Text;
using MetaStore.Server.Auth.Jwt;
using MetaStore.Server.Configuration.Options.Auth;
using MetaStore.Testing;
using MetaStore.Testing.Certificates;
using Microsoft.Extensions.Logging.Abstractions;

namespace MetaStore.Server.Tests.Auth.Jwt;

/// <summary>Expiry of signed tokens, and keys that change.</summary>
public sealed class JwtTokensTests : IDisposable
{
    private static readonly TimeSpan Ttl = TimeSpan.FromMinutes(5);

    private readonly CertificateFolder _files = new();
    private readonly FakeTimeProvider _time = new();

    public void Dispose() => _files.Dispose();

    [Fact]
    public void Token_EndsAtItsTime_WithoutSkew()
    {
        using JwtTokens tokens = Open("first");
        string token = tokens.Issue("alice", 3);
        Assert.True(tokens.TryRead(token, out JwtClaims claims));
        Assert.Equal(("alice", 3UL), (claims.User, claims.Revision));
        _time.Advance(Ttl - TimeSpan.FromSeconds(1));
        Assert.True(tokens.TryRead(token, out _));
        _time.Advance(TimeSpan.FromSeconds(1));
        Assert.False(tokens.TryRead(token, out _));
    }

    [Fact]
    public void Token_BeforeItsTime_IsRefused_AndThenTaken()
    {
        long now = _time.GetUtcNow().ToUnixTimeSeconds();
        using JwtTokens tokens = Open("secret");
        string token = JwtTextTests.Mac("""{"alg":"HS256"}""", $$"""{"username":"a","revision":1,"nbf":{{now + 1}},"exp":{{now + 10}}}""");
        Assert.False(tokens.TryRead(token, out _));
        _time.Advance(TimeSpan.FromSeconds(1));
        Assert.True(tokens.TryRead(token, out _));
    }

    [Fact]
    public void FormerKey_VerifiesForOneTtl_AndSignsNothing()
    {
        using JwtTokens tokens = Open("first");
        string old = tokens.Issue("alice", 3);
        string later = ForgedLater("first");
        Change(tokens, "second");
        string fresh = tokens.Issue("alice", 3);
        Assert.NotEqual(old, fresh);
        Assert.True(tokens.TryRead(old, out _));
        Assert.True(tokens.TryRead(fresh, out _));
        Assert.True(tokens.TryRead(later, out _));
        _time.Advance(Ttl);
        Assert.False(tokens.TryRead(later, out _));
    }

    [Fact]
    public void Keys_ThatCannotBeUsed_LeaveTheFormer_AndAreCounted()
    {
        using JwtTokens tokens = Open("first");
        string token = tokens.Issue("alice", 3);
        Change(tokens, "");
        Assert.True(tokens.TryRead(token, out _));
        Assert.Equal(1, tokens.ReloadFailures);
        Change(tokens, "second");
        Assert.Equal(1, tokens.ReloadFailures);
        Assert.True(tokens.TryRead(tokens.Issue("alice", 3), out _));
    }

    [Fact]
    public void PublicKeyAlone_OnlyVerifies()
    {
        (byte[]? open, byte[] own) = JwtKeyPairs.Of("ES256");
        string path = _files.Write("jwt.pub", open!);
        using JwtTokens tokens = JwtTokens.Open(new JwtOptions { SignMethod = "ES256", PublicKeyFile = path, Ttl = Ttl }, NullLogger.Instance, _time);
        Assert.False(tokens.CanIssue);
        string token = JwtText.Write(JwtKeyFiles.Read("ES256", null, own), "alice", 3, _time.GetUtcNow().ToUnixTimeSeconds() + 1);
        Assert.True(tokens.TryRead(token, out _));
        Assert.False(tokens.TryRead(token[..^4] + "AAAA", out _));
        Assert.False(tokens.TryRead(new string('a', 100_000), out _));
    }

    private string ForgedLater(string secret) =>
        JwtText.Write(JwtKeyFiles.Read("HS256", null, Encoding.ASCII.GetBytes(secret)), "alice", 3, _time.GetUtcNow().ToUnixTimeSeconds() + 100_000);

    private JwtTokens Open(string secret) =>
        JwtTokens.Open(new JwtOptions { SignMethod = "HS256", PrivateKeyFile = _files.Write("secret", secret), Ttl = Ttl }, NullLogger.Instance, _time);

    private void Change(JwtTokens tokens, string secret)
    {
        _files.Write("secret", secret);
        tokens.Poll();
        tokens.Poll();
    }
}
