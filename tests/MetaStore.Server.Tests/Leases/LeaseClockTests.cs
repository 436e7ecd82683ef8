using MetaStore.Server.Leases;
using MetaStore.StateMachine.Leases;
using MetaStore.Testing;

namespace MetaStore.Server.Tests.Leases;

public sealed class LeaseClockTests
{
    private static readonly TimeSpan ElectionTimeout = TimeSpan.FromSeconds(1);

    private readonly FakeTimeProvider _time = new();
    private readonly LeaseClock _clock;

    public LeaseClockTests() => _clock = new LeaseClock(_time, ElectionTimeout);

    [Fact]
    public void Due_OfAGrantedLease_ComesAfterItsTtlAndNotBefore()
    {
        _clock.Lead(1);
        _clock.OnGranted(7, 10);
        Advance(9.999);
        Assert.False(_clock.HasDue);
        Assert.Equal(TimeSpan.FromMilliseconds(1), _clock.Remaining(7, 1));
        Advance(0.001);
        Assert.True(_clock.HasDue);
        Assert.Equal([7L], _clock.TakeDue(1, 10));
        Assert.Equal(TimeSpan.Zero, _clock.Remaining(7, 1));
    }

    [Fact]
    public void TakeInNextPass_LeaseIsDueAtOnce_AndARenewalReportedLateDoesNotCount()
    {
        _clock.Lead(1);
        _clock.OnGranted(7, 10);
        Advance(10);
        Assert.Equal([7L], _clock.TakeDue(1, 10));
        _clock.TakeInNextPass(7, 1);
        _clock.OnCheckpointed(new LeaseCheckpoint(7, 1, 0));
        Advance(0.5);
        Assert.Equal([7L], _clock.TakeDue(1, 10));
    }

    [Fact]
    public void TakeInNextPass_LeaseGrantedAgainOrOfAnotherTerm_IsLeftAlone()
    {
        _clock.Lead(1);
        _clock.OnGranted(7, 10);
        Advance(10);
        _clock.TakeDue(1, 10);
        _clock.OnRevoked(7);
        _clock.OnGranted(7, 10);
        _clock.TakeInNextPass(7, 1);
        _clock.TakeInNextPass(8, 1);
        Assert.False(_clock.HasDue);

        Advance(10);
        _clock.TakeDue(1, 10);
        _clock.TakeInNextPass(7, 2);
        Assert.False(_clock.HasDue);
    }

    [Fact]
    public void Due_WhileNotLeading_NeverComes()
    {
        _clock.OnGranted(7, 10);
        Advance(1000);
        Assert.False(_clock.HasDue);
        Assert.Empty(_clock.TakeDue(0, 10));
        Assert.Null(_clock.Remaining(7, 1));
    }

    [Fact]
    public void Lead_OldLeases_StartWithTheirFullTtlAndOneElectionTimeout()
    {
        _clock.OnLoaded([new LeaseInfo(1, 10, 0), new LeaseInfo(2, 20, 0)]);
        Advance(100);
        _clock.Lead(5);
        Assert.Equal(TimeSpan.FromSeconds(11), _clock.Remaining(1, 5));
        Assert.Equal(TimeSpan.FromSeconds(21), _clock.Remaining(2, 5));
    }

    [Fact]
    public void Lead_AgainInALaterTerm_RestartsEveryLease()
    {
        _clock.Lead(1);
        _clock.OnGranted(7, 10);
        Advance(9.9);
        _clock.Lead(0);
        _clock.Lead(2);
        Advance(10.9);
        Assert.False(_clock.HasDue);
        Advance(0.1);
        Assert.True(_clock.HasDue);
        Assert.Empty(_clock.TakeDue(1, 10));
        Assert.Equal([7L], _clock.TakeDue(2, 10));
    }

    [Fact]
    public void Lead_SameTermTwice_ChangesNothing()
    {
        _clock.Lead(1);
        _clock.OnGranted(7, 10);
        Advance(4);
        _clock.Lead(1);
        Assert.Equal(TimeSpan.FromSeconds(6), _clock.Remaining(7, 1));
    }

    [Fact]
    public void Lead_AThousandLeases_AreSpreadToNoMoreThan750ASecond()
    {
        _clock.OnLoaded([.. Enumerable.Range(1, 3000).Select(id => new LeaseInfo(id, 10, 0))]);
        _clock.Lead(1);
        Advance(11);
        Assert.Single(_clock.TakeDue(1, int.MaxValue));
        Advance(1);
        Assert.InRange(_clock.TakeDue(1, int.MaxValue).Count, 749, 750);
        Advance(1);
        Assert.InRange(_clock.TakeDue(1, int.MaxValue).Count, 749, 750);
    }

    [Fact]
    public void Renew_BeforeTheEnd_GivesTheFullTtlAgain()
    {
        _clock.Lead(1);
        _clock.OnGranted(7, 10);
        Advance(9);
        Assert.Equal((RenewalOutcome.Renewed, 10L), Renew(7, 1));
        Advance(9.9);
        Assert.False(_clock.HasDue);
        Assert.Equal(1, _clock.Counts.Renewed);
    }

    [Fact]
    public void Renew_AfterTheEnd_IsTooLateAndWaitsForTheRevoke()
    {
        _clock.Lead(1);
        _clock.OnGranted(7, 10);
        Advance(10);
        Renewal late = _clock.Renew(7, 1);
        Assert.Equal(RenewalOutcome.Expiring, late.Outcome);
        Assert.False(late.Gone.IsCompleted);
        _clock.OnRevoked(7);
        Assert.True(late.Gone.IsCompleted);
        Assert.Equal((RenewalOutcome.Missing, 0L), Renew(7, 1));
    }

    [Fact]
    public void Renew_WhenLeadershipIsLostWhileWaiting_StopsWaiting()
    {
        _clock.Lead(1);
        _clock.OnGranted(7, 10);
        Advance(10);
        Renewal late = _clock.Renew(7, 1);
        _clock.Lead(0);
        Assert.True(late.Gone.IsCompleted);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(3)]
    public void Renew_ForAnotherTermThanTheClocks_IsRefused(ulong confirmed)
    {
        _clock.Lead(2);
        _clock.OnGranted(7, 10);
        Assert.Equal((RenewalOutcome.NotLeading, 0L), Renew(7, confirmed));
    }

    [Fact]
    public void Renew_RightAfterAnElection_DoesNotTakeBackWhatItAdded()
    {
        _clock.OnGranted(7, 10);
        _clock.Lead(1);
        Renew(7, 1);
        Assert.Equal(TimeSpan.FromSeconds(11), _clock.Remaining(7, 1));
    }

    [Fact]
    public void TakeDue_WithoutARevoke_ComesBackLater()
    {
        _clock.Lead(1);
        _clock.OnGranted(7, 10);
        Advance(10);
        Assert.Equal([7L], _clock.TakeDue(1, 10));
        Assert.Empty(_clock.TakeDue(1, 10));
        Advance(3);
        Assert.Equal([7L], _clock.TakeDue(1, 10));
    }

    [Fact]
    public void ExpiredOf_LeavesOutWhatIsGoneGrantedAgainOrOfAnotherTerm()
    {
        _clock.Lead(1);
        _clock.OnGranted(7, 10);
        _clock.OnGranted(8, 10);
        _clock.OnGranted(9, 10);
        Advance(10);
        IReadOnlyList<long> taken = _clock.TakeDue(1, 10);
        _clock.OnCheckpointed(new LeaseCheckpoint(7, 1, 0));
        _clock.OnRevoked(8);
        _clock.OnRevoked(9);
        _clock.OnGranted(9, 10);
        Assert.Equal([new ExpiredLease(7, 1)], _clock.ExpiredOf(taken, 1));
        _clock.Lead(2);
        Assert.Empty(_clock.ExpiredOf(taken, 1));
    }

    [Fact]
    public void TakeDue_MoreThanAskedFor_LeavesTheRest()
    {
        _clock.Lead(1);
        for (long id = 1; id <= 5; id++)
        {
            _clock.OnGranted(id, 10 + id);
        }

        Advance(60);
        Assert.Equal([1L, 2L, 3L], _clock.TakeDue(1, 3));
        Assert.Equal([4L, 5L], _clock.TakeDue(1, 3));
    }

    [Fact]
    public void OnRevoked_ThenGrantedAgainUnderTheSameId_CountsTheNewLease()
    {
        _clock.Lead(1);
        _clock.OnGranted(7, 10);
        Advance(10);
        _clock.OnRevoked(7);
        _clock.OnGranted(7, 10);
        Assert.False(_clock.HasDue);
        Advance(9);
        Assert.False(_clock.HasDue);
    }

    [Fact]
    public void List_OnALeader_IsOrderedByTimeLeftAndElsewhereById()
    {
        _clock.OnGranted(1, 30);
        _clock.OnGranted(2, 20);
        _clock.OnGranted(-3, 25);
        Assert.Equal([-3L, 1L, 2L], _clock.List());
        _clock.Lead(1);
        Assert.Equal([2L, -3L, 1L], _clock.List());
    }

    [Fact]
    public void Remaining_OfTheLongestTtl_IsNotLostToOverflow()
    {
        _clock.Lead(1);
        _clock.OnGranted(7, Lessor.TtlMax);
        Assert.Equal(Lessor.TtlMax, (long)_clock.Remaining(7, 1)!.Value.TotalSeconds);
        Assert.False(_clock.HasDue);
    }

    private void Advance(double seconds) => _time.Advance(TimeSpan.FromSeconds(seconds));

    private (RenewalOutcome Outcome, long Ttl) Renew(long id, ulong term)
    {
        Renewal renewal = _clock.Renew(id, term);
        return (renewal.Outcome, renewal.Ttl);
    }
}
