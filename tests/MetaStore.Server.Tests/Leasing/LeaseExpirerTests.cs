using MetaStore.Server.Leasing;
using MetaStore.Testing;

namespace MetaStore.Server.Tests.Leasing;

public sealed class LeaseExpirerTests
{
    private readonly FakeTimeProvider _time = new();
    private readonly LeaseClock _clock;
    private readonly FakeAuthority _authority;
    private readonly LeaseExpirer _expirer;

    public LeaseExpirerTests()
    {
        _clock = new LeaseClock(_time, TimeSpan.FromSeconds(1));
        _authority = new FakeAuthority(_clock) { LeadingTerm = 1 };
        _expirer = new LeaseExpirer(_clock, _authority);
        _expirer.Look();
    }

    [Fact]
    public async Task Look_LeaseThatRanOut_IsExpiredInTheTermOfTheDecision()
    {
        _clock.OnGranted(7, 10);
        await LookAfterAsync(10);
        Assert.Equal([(7L, 1UL)], _authority.Expired);
        Assert.Equal(1, _clock.Counts.Expired);
    }

    [Fact]
    public async Task Look_NothingExpired_AsksNoMember()
    {
        _clock.OnGranted(7, 10);
        await LookAfterAsync(9);
        Assert.Equal(0, _authority.Questions);
    }

    [Fact]
    public async Task Look_WhenTheQuorumDoesNotConfirm_RevokesNothing()
    {
        _clock.OnGranted(7, 10);
        _authority.IsConfirmed = false;
        await LookAfterAsync(60);
        Assert.Equal(1, _authority.Questions);
        Assert.Empty(_authority.Expired);
        _authority.IsConfirmed = true;
        await LookAfterAsync(0.5);
        Assert.Single(_authority.Expired);
    }

    [Fact]
    public async Task Look_WhenLeadershipMovedDuringTheQuestion_RevokesNothing()
    {
        _clock.OnGranted(7, 10);
        _authority.OnQuestion = () => _clock.Lead(0);
        await LookAfterAsync(60);
        Assert.Empty(_authority.Expired);
    }

    [Fact]
    public async Task Look_LeaseRenewedDuringTheQuestion_IsNotRevoked()
    {
        _clock.OnGranted(7, 10);
        _clock.OnGranted(8, 5);
        _authority.OnQuestion = () => Assert.Equal(RenewalOutcome.Renewed, _clock.Renew(7, 1).Outcome);
        await LookAfterAsync(9.9);
        await LookAfterAsync(0.5);
        Assert.Equal([(8L, 1UL)], _authority.Expired);
    }

    [Fact]
    public async Task Look_AfterAnElection_GivesEveryLeaseItsTimeAgain()
    {
        _clock.OnGranted(7, 10);
        _authority.LeadingTerm = 0;
        await LookAfterAsync(60);
        _authority.LeadingTerm = 3;
        await LookAfterAsync(60);
        Assert.Empty(_authority.Expired);
        await LookAfterAsync(10.9);
        Assert.Empty(_authority.Expired);
        await LookAfterAsync(0.2);
        Assert.Equal([(7L, 3UL)], _authority.Expired);
    }

    [Fact]
    public async Task Look_ManyRanOut_TakesAThousandASecondSixteenAtATime()
    {
        for (long id = 1; id <= 1200; id++)
        {
            _clock.OnGranted(id, 10);
        }

        await LookAfterAsync(10);
        Assert.Equal(500, _authority.Expired.Count);
        await LookAfterAsync(0.5);
        Assert.Equal(1000, _authority.Expired.Count);
        await LookAfterAsync(0.5);
        Assert.Equal(1200, _authority.Expired.Count);
        Assert.InRange(_authority.MostInFlight, 1, LeaseExpirer.InFlightMax);
    }

    [Fact]
    public async Task Look_WhileRevokesWait_StillFollowsLeadership()
    {
        _clock.OnGranted(7, 10);
        _authority.Hold = new TaskCompletionSource();
        _time.Advance(TimeSpan.FromSeconds(10));
        _expirer.Look();
        _authority.LeadingTerm = 2;
        _expirer.Look();
        Assert.Equal(2UL, _clock.Term);
        _authority.Hold.SetResult();
        await _expirer.Revoking;
    }

    private async Task LookAfterAsync(double seconds)
    {
        _time.Advance(TimeSpan.FromSeconds(seconds));
        _expirer.Look();
        await _expirer.Revoking;
    }

    private sealed class FakeAuthority(LeaseClock clock) : ILeaseAuthority
    {
        private readonly Lock _gate = new();
        private int _inFlight;

        public ulong LeadingTerm { get; set; }

        public bool IsConfirmed { get; set; } = true;

        public Action OnQuestion { get; set; } = () => { };

        public TaskCompletionSource? Hold { get; set; }

        public int Questions { get; private set; }

        public int MostInFlight { get; private set; }

        public List<(long Id, ulong Term)> Expired { get; } = [];

        public ValueTask<bool> ConfirmAsync(ulong term)
        {
            Questions++;
            OnQuestion();
            return ValueTask.FromResult(IsConfirmed);
        }

        public async ValueTask<bool> ExpireAsync(long id, ulong term)
        {
            lock (_gate)
            {
                _inFlight++;
                MostInFlight = Math.Max(MostInFlight, _inFlight);
            }

            await Task.Yield();
            await (Hold?.Task ?? Task.CompletedTask);
            lock (_gate)
            {
                _inFlight--;
                Expired.Add((id, term));
            }

            clock.OnRevoked(id);
            return true;
        }
    }
}
