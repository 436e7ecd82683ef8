using System.Diagnostics;
using MetaStore.Server.Calls;
using Microsoft.AspNetCore.Http.Features;

namespace MetaStore.Server.Tests.Calls;

/// <summary>When a call is cancelled, and that nothing of one call reaches the next on its stream.</summary>
public sealed class CallLifetimeTests : IHttpRequestLifetimeFeature, IDisposable
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(20);

    private readonly CallLifetime _lifetime;
    private CancellationTokenSource _aborted = new();
    private int _aborts;

    public CallLifetimeTests() => _lifetime = new CallLifetime(this);

    public CancellationToken RequestAborted
    {
        get => _aborted.Token;
        set => throw new NotSupportedException();
    }

    public void Dispose() => _aborted.Dispose();

    [Fact]
    public void WithoutATimeout_TheTokenIsTheConnections()
    {
        Begin(null);
        Assert.Equal(_aborted.Token, _lifetime.RequestAborted);
        Assert.False(_lifetime.IsAborted);
        _aborted.Cancel();
        Assert.True(_lifetime.IsAborted);
        Assert.False(_lifetime.IsDeadlineOver);
    }

    /// <summary>Kestrel may give another token after a reset; the call goes on to show the one of its client.</summary>
    [Fact]
    public void Token_IsReadOncePerCall()
    {
        Begin(null);
        CancellationToken first = _lifetime.RequestAborted;
        _aborted = new CancellationTokenSource();
        Assert.Equal(first, _lifetime.RequestAborted);
        _lifetime.End();
        Begin(null);
        Assert.Equal(_aborted.Token, _lifetime.RequestAborted);
    }

    [Fact]
    public async Task Deadline_ThatPasses_CancelsTheToken_AndIsNoAbort()
    {
        Begin(TimeSpan.FromMilliseconds(1));
        await FiresAsync(_lifetime.RequestAborted);
        Assert.Equal((true, false), (_lifetime.IsDeadlineOver, _lifetime.IsAborted));
    }

    /// <summary>The time counts from the arrival of the call, not from the first look at the token.</summary>
    [Fact]
    public async Task Deadline_ThatPassedBeforeTheFirstLook_FiresAtOnce()
    {
        _lifetime.Begin(TimeSpan.FromMinutes(5), Stopwatch.GetTimestamp() - (301 * Stopwatch.Frequency));
        await FiresAsync(_lifetime.RequestAborted);
        Assert.True(_lifetime.IsDeadlineOver);
    }

    [Fact]
    public void Abort_CancelsAlsoATokenWithADeadline()
    {
        Begin(TimeSpan.FromHours(1));
        CancellationToken token = _lifetime.RequestAborted;
        Assert.False(token.IsCancellationRequested);
        _aborted.Cancel();
        Assert.True(token.IsCancellationRequested);
        Assert.True(_lifetime.IsAborted);
    }

    /// <summary>Up to eight digits and a unit: a client may ask for more than a timer can hold.</summary>
    [Fact]
    public void Timeout_OfThousandsOfYears_IsTaken()
    {
        Begin(TimeSpan.FromHours(99_999_999));
        Assert.False(_lifetime.RequestAborted.IsCancellationRequested);
        Assert.Equal(TimeSpan.FromHours(99_999_999), _lifetime.Timeout);
    }

    [Fact]
    public async Task NextCall_HasNeitherTimeoutNorDeadlineOfTheOneBefore()
    {
        Begin(TimeSpan.FromMilliseconds(1));
        await FiresAsync(_lifetime.RequestAborted);
        _lifetime.End();
        Begin(TimeSpan.FromHours(1));
        CancellationToken next = _lifetime.RequestAborted;
        Assert.Equal((false, false, TimeSpan.FromHours(1)), (next.IsCancellationRequested, _lifetime.IsDeadlineOver, _lifetime.Timeout));
        _lifetime.End();
        Begin(null);
        Assert.Null(_lifetime.Timeout);
        Assert.Equal(_aborted.Token, _lifetime.RequestAborted);
    }

    [Fact]
    public void AbortOfAnEarlierCall_DoesNotReachALaterOne()
    {
        CancellationTokenSource first = _aborted;
        Begin(TimeSpan.FromHours(1));
        Assert.False(_lifetime.RequestAborted.IsCancellationRequested);
        _lifetime.End();
        _aborted = new CancellationTokenSource();
        Begin(TimeSpan.FromHours(1));
        CancellationToken next = _lifetime.RequestAborted;
        first.Cancel();
        Assert.False(next.IsCancellationRequested);
        first.Dispose();
    }

    [Fact]
    public void Abort_IsTheConnections_AndItsTokenIsNotSet()
    {
        _lifetime.Abort();
        Assert.Equal(1, _aborts);
        Assert.Throws<NotSupportedException>(() => _lifetime.RequestAborted = CancellationToken.None);
    }

    void IHttpRequestLifetimeFeature.Abort() => _aborts++;

    private static async Task FiresAsync(CancellationToken token)
    {
        var fired = new TaskCompletionSource();
        await using CancellationTokenRegistration registration = token.Register(fired.SetResult);
        await fired.Task.WaitAsync(Limit, CancellationToken.None);
    }

    private void Begin(TimeSpan? timeout) => _lifetime.Begin(timeout, Stopwatch.GetTimestamp());
}
