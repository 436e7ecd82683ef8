using MetaStore.Server.Auth.Tokens;

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
}
