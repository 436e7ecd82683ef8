using MetaStore.Server.Auth.Tokens;
using MetaStore.StateMachine.Auth;
using MetaStore.StateMachine.Auth.Tokens;

namespace MetaStore.Server.Tests.Auth.Tokens;

/// <summary>What is remembered of a token is what reading it gives, whatever the connection had before.</summary>
public sealed class LastTokenTests
{
    [Fact]
    public void TryParse_IsAsWithoutAMemory()
    {
        string first = TokenText.Of(TokenText.NewSecret(), 17);
        string second = TokenText.Of(TokenText.NewSecret(), 17);
        string later = first[..^2] + "18";
        Assert.Equal(first.Length, second.Length);
        LastToken last = new();
        foreach (string text in (string[])[first, first, second, first, later, "no token", "", first + "x", second, second.ToLowerInvariant(), second])
        {
            bool isToken = TokenText.TryParse(text, out TokenText expected);
            Assert.Equal(isToken, last.TryParse(text, out TokenText token));
            Assert.Equal(expected, token);
        }
    }

    [Fact]
    public void TryParse_ByManyThreads_GivesEachItsOwn()
    {
        string[] texts = [.. Enumerable.Range(0, 8).Select(i => TokenText.Of(TokenText.NewSecret(), (ulong)i))];
        LastToken last = new();
        Parallel.For(0, 20_000, i =>
        {
            string text = texts[i % texts.Length];
            Assert.True(TokenText.TryParse(text, out TokenText expected));
            Assert.True(last.TryParse(text, out TokenText token));
            Assert.Equal(expected, token);
        });
    }

    [Fact]
    public void TryGet_HoldsForOneTextAndOneState()
    {
        string text = TokenText.Of(TokenText.NewSecret(), 17);
        string other = TokenText.Of(TokenText.NewSecret(), 17);
        AuthIdentity user = AuthIdentity.Of("alice", 2);
        LastToken last = new();
        last.Set(text, AuthState.Initial, user, default);
        Assert.False(last.TryGet(text, AuthState.Initial, out _, out _));
        Assert.True(last.TryParse(text, out TokenText token));
        last.Set(text, AuthState.Initial, user, token.Digest);
        last.Set(other, AuthState.Initial, AuthIdentity.Of("bob", 2), token.Digest);
        Assert.True(last.TryGet(text, AuthState.Initial, out AuthIdentity found, out TokenDigest digest));
        Assert.Equal((user, token.Digest), (found, digest));
        Assert.False(last.TryGet(other, AuthState.Initial, out found, out _));
        Assert.Equal(AuthIdentity.None, found);
        Assert.False(last.TryGet(text, new AuthState(), out _, out _));
        Assert.True(last.TryParse(other, out _));
        Assert.False(last.TryGet(other, AuthState.Initial, out _, out _));
        Assert.False(last.TryGet(text, AuthState.Initial, out _, out _));
    }
}
