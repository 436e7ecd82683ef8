using MetaStore.Server.Auth.Tokens;
using MetaStore.StateMachine.Auth.Tokens;
using MetaStore.Testing;

namespace MetaStore.Server.Tests.Auth;

/// <summary>Tokens as text, and their life on a member's clock.</summary>
public sealed class TokenTests
{
    private static readonly TimeSpan Period = TimeSpan.FromSeconds(300);

    private readonly FakeTimeProvider _time = new();

    [Fact]
    public void Text_IsReadAsItWasWritten()
    {
        string secret = TokenText.NewSecret();
        Assert.True(TokenText.TryParse(TokenText.Of(secret, 123), out TokenText token));
        Assert.Equal((TokenText.DigestOf(secret), 123UL), (token.Digest, token.IssuedAt));
    }

    [Theory]
    [InlineData("")]
    [InlineData(".")]
    [InlineData(".1")]
    [InlineData("abc")]
    [InlineData("abc.")]
    [InlineData("abc.-1")]
    [InlineData("abc. 1")]
    [InlineData("abc.1x")]
    [InlineData("äbc.1")]
    [InlineData("abc.99999999999999999999")]
    public void Text_ThatIsNone_IsRefused(string text) => Assert.False(TokenText.TryParse(text, out _));

    [Fact]
    public void Use_IsRecorded_AfterHalfAPeriod_AndOnceAtATime()
    {
        var clock = new TokenClock(Period, _time);
        TokenDigest digest = TokenDigest.Of("a"u8);
        clock.OnUsed(new TokenUse(digest, 5));
        clock.OnCall(digest);
        _time.Advance(Period / 2);
        clock.OnCall(digest);
        Assert.False(clock.Touches.TryRead(out _));
        _time.Advance(TimeSpan.FromSeconds(1));
        clock.OnCall(digest);
        clock.OnCall(digest);
        Assert.True(clock.Touches.TryRead(out _));
        Assert.False(clock.Touches.TryRead(out _));
        clock.OnUsed(new TokenUse(digest, 9));
        clock.OnCall(digest);
        Assert.False(clock.Touches.TryRead(out _));
    }

    [Fact]
    public void Token_IsDue_OneAndAHalfPeriodsAfterItsLastRecordedUse_OrAfterTheLeaderBegan()
    {
        var clock = new TokenClock(Period, _time);
        TokenDigest digest = TokenDigest.Of("a"u8);
        clock.OnLoaded([new TokenUse(digest, 5)]);
        _time.Advance(Period);
        clock.Lead();
        _time.Advance(1.5 * Period);
        Assert.Empty(clock.TakeDue(10));
        _time.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal([new TokenUse(digest, 5)], clock.TakeDue(10));
        clock.OnUsed(new TokenUse(digest, 8));
        Assert.Empty(clock.TakeDue(10));
        clock.OnDropped(digest);
        Assert.Equal(0, clock.Count);
    }

    [Fact]
    public void Token_FromBeforeThisStart_IsRecordedWithItsFirstUse()
    {
        var clock = new TokenClock(Period, _time);
        TokenDigest digest = TokenDigest.Of("a"u8);
        clock.OnLoaded([new TokenUse(digest, 5)]);
        clock.OnCall(digest);
        Assert.True(clock.Touches.TryRead(out TokenDigest touched));
        Assert.Equal(digest, touched);
    }
}
