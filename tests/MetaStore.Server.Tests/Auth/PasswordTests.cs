using System.Diagnostics;
using System.Text;
using MetaStore.Server.Auth.Passwords;
using MetaStore.StateMachine.Auth;
using MetaStore.Testing;
using Xunit.Abstractions;

namespace MetaStore.Server.Tests.Auth;

/// <summary>Hashing, the cache of passwords that were right, and the throttle of those that were wrong.</summary>
public sealed class PasswordTests(ITestOutputHelper output)
{
    private readonly FakeTimeProvider _time = new();

    [Theory]
    [InlineData("$2a$10$", 53, true)]
    [InlineData("$2b$16$", 53, true)]
    [InlineData("$2y$04$", 53, true)]
    [InlineData("$2a$17$", 53, false)]
    [InlineData("$2a$31$", 53, false)]
    [InlineData("$2a$03$", 53, false)]
    [InlineData("$2x$10$", 53, false)]
    [InlineData("$2a$10$", 52, false)]
    [InlineData("", 0, false)]
    public void GivenHash_OnlyBcryptOfABearableCost(string head, int rest, bool isTaken)
    {
        string hash = head + new string('a', rest);
        Assert.Equal(isTaken ? hash : null, BcryptHash.Given(hash));
        Assert.Equal(isTaken ? hash : null, BcryptHash.Given(Convert.ToBase64String(Encoding.ASCII.GetBytes(hash))));
    }

    [Fact]
    public void Hash_MatchesItsPasswordOnly_UpTo72Bytes()
    {
        string longest = new('é', 36);
        string hash = BcryptHash.Of(longest, 4);
        Assert.True(BcryptHash.Matches(longest, hash));
        Assert.False(BcryptHash.Matches(longest + "x", hash));
        Assert.False(BcryptHash.Matches("", hash));
        Assert.True(BcryptHash.Matches("", BcryptHash.Of("", 4)));
        Assert.False(BcryptHash.Fits(longest + "x"));
    }

    [Fact]
    public void Cache_KnowsARightPassword_UntilItIsNotUsedForTenMinutes()
    {
        var cache = new PasswordCache(_time);
        Assert.False(cache.Knows("u", "h", "p"));
        cache.Add("u", "h", "p");
        Assert.False(cache.Knows("u", "h", "q"));
        Assert.False(cache.Knows("u", "h2", "p"));
        _time.Advance(PasswordCache.Life);
        Assert.True(cache.Knows("u", "h", "p"));
        _time.Advance(PasswordCache.Life + TimeSpan.FromSeconds(1));
        Assert.False(cache.Knows("u", "h", "p"));
    }

    [Fact]
    public async Task Throttle_TenFailuresAreFree_ThenItWaits_ForThatUserAndAddressOnly()
    {
        var throttle = new LoginThrottle(_time);
        var delays = new List<int>();
        for (int i = 0; i < 17; i++)
        {
            delays.Add(await WaitedAsync(throttle, "u", "a"));
            throttle.OnEnded("u", "a", isRight: false);
        }

        Assert.Equal([0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 2, 4, 8, 16, 30, 30], delays);
        Assert.Equal(0, await WaitedAsync(throttle, "u", "b"));
        Assert.Equal(0, await WaitedAsync(throttle, "v", "a"));
        _time.Advance(TimeSpan.FromMinutes(2));
        Assert.Equal(0, await WaitedAsync(throttle, "u", "a"));
    }

    [Fact]
    public async Task Throttle_TriesAtOnce_GainNothing()
    {
        var throttle = new LoginThrottle(_time);
        await FailAsync(throttle, LoginThrottle.FreeFailures);
        Task<bool>[] tries = [.. Enumerable.Range(0, 60).Select(_ => throttle.EnterAsync("u", "a", CancellationToken.None).AsTask())];
        var begun = new List<int>();
        for (int second = 1, waiting = _time.ArmedTimers; waiting > 0; second++)
        {
            _time.Advance(TimeSpan.FromSeconds(1));
            begun.AddRange(Enumerable.Repeat(second, waiting - _time.ArmedTimers));
            waiting = _time.ArmedTimers;
        }

        // Each waits after the one before it; the fifth would wait for more than 30 s, and so would all others.
        Assert.Equal([1, 3, 7, 15], begun);
        Assert.Equal(4, (await Task.WhenAll(tries)).Count(entered => entered));
    }

    [Fact]
    public async Task Throttle_BeforeTheTenthFailure_NoMoreAreUnderWayThanMayFail()
    {
        var throttle = new LoginThrottle(_time);
        await FailAsync(throttle, 7);
        Task<bool>[] tries = [.. Enumerable.Range(0, 5).Select(_ => throttle.EnterAsync("u", "a", CancellationToken.None).AsTask())];
        Assert.Equal([true, true, true, false, false], tries.Select(one => one.IsCompleted));

        // One was right: the others need not wait any more.
        throttle.OnEnded("u", "a", isRight: true);
        Assert.All(await Task.WhenAll(tries), Assert.True);
    }

    [Fact]
    public async Task Throttle_ATryThatIsCancelled_LeavesItsPlace()
    {
        var throttle = new LoginThrottle(_time);
        await FailAsync(throttle, LoginThrottle.FreeFailures);
        using var stop = new CancellationTokenSource();
        Task<bool> first = throttle.EnterAsync("u", "a", stop.Token).AsTask();
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => first);
        Assert.Equal(1, await WaitedAsync(throttle, "u", "a"));
    }

    private static async Task FailAsync(LoginThrottle throttle, int times)
    {
        for (int i = 0; i < times; i++)
        {
            Assert.True(await throttle.EnterAsync("u", "a", CancellationToken.None));
            throttle.OnEnded("u", "a", isRight: false);
        }
    }

    /// <summary>After how many seconds a try may begin.</summary>
    private async Task<int> WaitedAsync(LoginThrottle throttle, string user, string address)
    {
        Task<bool> entering = throttle.EnterAsync(user, address, CancellationToken.None).AsTask();
        int seconds = 0;
        for (; !entering.IsCompleted && _time.ArmedTimers > 0; seconds++)
        {
            _time.Advance(TimeSpan.FromSeconds(1));
        }

        Assert.True(await entering);
        return seconds;
    }

    [Fact]
    public async Task Check_UnknownUserAndWrongPassword_AreTheSame()
    {
        using var checks = new PasswordChecks(4, 3, _time);
        (ServerError error, string hash) = await checks.HashAsync("right");
        Assert.Equal(ServerError.None, error);
        var user = new AuthUser("u", hash, false, [], 1);
        Assert.Equal(ServerError.None, await checks.CheckAsync(user, "u", "right", "a", CancellationToken.None));
        Assert.Equal(ServerError.AuthFailed, await checks.CheckAsync(user, "u", "wrong", "a", CancellationToken.None));
        Assert.Equal(ServerError.AuthFailed, await checks.CheckAsync(null, "x", "right", "a", CancellationToken.None));
        Assert.Equal(ServerError.AuthFailed, await checks.CheckAsync(new AuthUser("e", "", false, [], 1), "e", "none", "a", CancellationToken.None));
        Assert.Equal(ServerError.PasswordTooShort, (await checks.HashAsync("ab")).Error);
        Assert.Equal(ServerError.PasswordTooLong, (await checks.HashAsync(new string('x', 73))).Error);
    }

    /// <summary>One after the other, so that a busy machine slows both. Each try from another address, which the throttle does not slow down.</summary>
    [Theory]
    [InlineData(4, 30, 0.9)]
    [RowOnRequest(10, 200, 0.05)]
    public async Task UnknownUser_TakesAsLongAsAWrongPassword(int cost, int tries, double apart)
    {
        using var checks = new PasswordChecks(cost, 0, _time);
        (_, string hash) = await checks.HashAsync("right");
        var user = new AuthUser("u", hash, false, [], 1);
        var (unknown, wrong) = (new List<double>(), new List<double>());
        for (int i = -5; i < tries; i++)
        {
            double first = await TimeAsync(null, "x");
            double second = await TimeAsync(user, "u");
            if (i >= 0)
            {
                unknown.Add(first);
                wrong.Add(second);
            }

            async Task<double> TimeAsync(AuthUser? known, string name)
            {
                long at = Stopwatch.GetTimestamp();
                Assert.Equal(ServerError.AuthFailed, await checks.CheckAsync(known, name, "wrong", $"a{i}", CancellationToken.None));
                return Stopwatch.GetElapsedTime(at).TotalMilliseconds;
            }
        }

        double ratio = Median(unknown) / Median(wrong);
        output.WriteLine($"cost {cost}, {tries} tries each: unknown user {Median(unknown):F2} ms, wrong password {Median(wrong):F2} ms, ratio {ratio:F3}");
        Assert.InRange(ratio, 1 - apart, 1 + apart);
    }

    private static double Median(List<double> values) => values.Order().ElementAt(values.Count / 2);
}
