using MetaStore.Server.Leases;
using MetaStore.StateMachine.Leases;
using MetaStore.Testing;

namespace MetaStore.Server.Tests.Leases;

/// <summary>The clock while records are made, states are loaded, and leadership comes and goes.</summary>
public sealed class LeaseClockRecordsTests
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(20);

    private readonly FakeTimeProvider _time = new();
    private readonly LeaseClock _clock;

    public LeaseClockRecordsTests() => _clock = new LeaseClock(_time, TimeSpan.FromSeconds(1), checkpointInterval: TimeSpan.FromSeconds(10));

    /// <summary>A member that does not lead knows no remaining time, whatever term it is asked for.</summary>
    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    public void Remaining_WhileNotLeading_IsNotKnown(ulong term)
    {
        _clock.OnGranted(7, 100);
        Assert.Null(_clock.Remaining(7, term));
        Assert.Equal(RenewalOutcome.NotLeading, _clock.Renew(7, term).Outcome);
        Assert.Empty(_clock.TakeCheckpoints(term, 10));
    }

    [Fact]
    public void Lease_ThatDoesNotExist_IsMissing()
    {
        _clock.Lead(1);
        Assert.Null(_clock.Remaining(7, 1));
        Assert.Equal((RenewalOutcome.Missing, 0L), (_clock.Renew(7, 1).Outcome, _clock.Renew(7, 1).Ttl));
        _clock.OnRevoked(7);
        _clock.OnCheckpointed(new LeaseCheckpoint(7, 1, 50));
        Assert.Empty(_clock.List());
    }

    [Fact]
    public void Records_AreOfWhatIsLeft_RoundedUp_InOrder_AndBounded()
    {
        _clock.Lead(1);
        _clock.OnGranted(1, 100);
        _clock.OnGranted(2, 200);
        _clock.OnGranted(3, 9);
        _time.Advance(TimeSpan.FromSeconds(10.5));
        Assert.True(_clock.HasCheckpoints);
        Assert.Equal([(1L, 90L)], _clock.TakeCheckpoints(1, 1).Select(record => (record.Id, record.Remaining)));
        Assert.Equal([(2L, 190L)], _clock.TakeCheckpoints(1, 10).Select(record => (record.Id, record.Remaining)));
        Assert.Empty(_clock.TakeCheckpoints(2, 10));
        Assert.False(_clock.HasCheckpoints);
    }

    [Fact]
    public void RecordOnItsWay_HoldsUpTheRenewal_UntilItIsCleared()
    {
        _clock.Lead(1);
        _clock.OnGranted(7, 100);
        _time.Advance(TimeSpan.FromSeconds(11));
        Assert.Single(_clock.TakeCheckpoints(1, 10));
        Assert.Equal(RenewalOutcome.Recorded, _clock.Renew(7, 1).Outcome);
        _clock.OnCheckpointed(new LeaseCheckpoint(7, 1, 0));
        Assert.Equal((RenewalOutcome.Renewed, 100L), (_clock.Renew(7, 1).Outcome, _clock.Renew(7, 1).Ttl));
        Assert.Equal(TimeSpan.FromSeconds(100), _clock.Remaining(7, 1));
    }

    [Theory]
    [InlineData(40, 41)]
    [InlineData(0, 101)]
    [InlineData(5_000, 101)]
    public void NextLeader_BeginsWithTheRecord_AndNeverMoreThanTheTtl(long recorded, int seconds)
    {
        _clock.OnLoaded([new LeaseInfo(7, 100, 0)]);
        _clock.OnCheckpointed(new LeaseCheckpoint(7, 1, recorded));
        _clock.Lead(4);
        Assert.Equal(TimeSpan.FromSeconds(seconds), _clock.Remaining(7, 4));
    }

    [Fact]
    public async Task LateRenewal_StopsWaiting_WhenTheLeaseIsRevoked_OrAnotherStateIsLoaded()
    {
        _clock.Lead(1);
        _clock.OnGranted(7, 5);
        _clock.OnGranted(8, 5);
        _time.Advance(TimeSpan.FromSeconds(6));
        Renewal seven = _clock.Renew(7, 1), eight = _clock.Renew(8, 1);
        Assert.Equal((RenewalOutcome.Expiring, RenewalOutcome.Expiring), (seven.Outcome, eight.Outcome));
        Assert.Same(seven.Gone, _clock.Renew(7, 1).Gone);
        _clock.OnRevoked(7);
        await seven.Gone.WaitAsync(Limit);
        Assert.False(eight.Gone.IsCompleted);
        _clock.OnLoaded([new LeaseInfo(9, 30, 0)]);
        await eight.Gone.WaitAsync(Limit);
        Assert.Equal([9L], _clock.List());
    }

    [Fact]
    public void State_ThatIsLoadedWhileLeading_GivesEveryLeaseItsTimeAgain()
    {
        _clock.Lead(1);
        _clock.OnGranted(7, 5);
        _time.Advance(TimeSpan.FromSeconds(60));
        _clock.OnLoaded([new LeaseInfo(7, 5, 0), new LeaseInfo(9, 30, 0)]);
        Assert.False(_clock.HasDue);
        Assert.Equal((TimeSpan.FromSeconds(6), TimeSpan.FromSeconds(31)), (_clock.Remaining(7, 1), _clock.Remaining(9, 1)));
    }

    [Fact]
    public void Leases_ThatEndTogether_AreListedById()
    {
        _clock.Lead(1);
        foreach (long id in new long[] { 5, -3, long.MaxValue, 1 })
        {
            _clock.OnGranted(id, 10);
        }

        Assert.Equal([-3L, 1, 5, long.MaxValue], _clock.List());
        _clock.Lead(0);
        Assert.Equal([-3L, 1, 5, long.MaxValue], _clock.List());
    }

    [Fact]
    public void Counts_OfGrantsRevokesAndRenewals_AreThoseThatHadAnEffect()
    {
        _clock.Lead(1);
        _clock.OnGranted(7, 100);
        _clock.Renew(7, 1);
        _clock.Renew(7, 2);
        _clock.Renew(8, 1);
        _clock.OnRevoked(7);
        Assert.Equal((1L, 1L, 1L), (_clock.Counts.Granted, _clock.Counts.Renewed, _clock.Counts.Revoked));
    }
}
