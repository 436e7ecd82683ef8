using MetaStore.Server.Leases;
using MetaStore.Server.Leases.Expiry;
using MetaStore.StateMachine.Leases;
using MetaStore.Testing;

namespace MetaStore.Server.Tests.Leases.Expiry;

public sealed class LeaseExpirerTests
{
    private readonly FakeTimeProvider _time = new();
    private readonly LeaseClock _clock;
    private readonly FakeLeaseProposer _proposer;
    private readonly LeaseExpirer _expirer;

    public LeaseExpirerTests()
    {
        _clock = new LeaseClock(_time, TimeSpan.FromSeconds(1));
        _proposer = new FakeLeaseProposer(_clock) { LeadingTerm = 1 };
        _expirer = new LeaseExpirer(_clock, _proposer);
        _expirer.Look();
    }

    [Fact]
    public async Task Look_LeaseThatRanOut_IsExpiredInTheTermOfTheDecision()
    {
        _clock.OnGranted(7, 10);
        await LookAfterAsync(10);
        Assert.Equal([(7L, 1UL)], _proposer.Expired);
        Assert.Equal(1, _clock.Counts.Expired);
    }

    [Fact]
    public async Task Look_WhenEveryMemberReadsEpochs_ExpiresLeasesOfAnEpochOfTheirOwn()
    {
        _proposer.ComparesEpochs = true;
        _clock.OnGranted(7, 10);
        _clock.OnGranted(8, 10);
        _clock.OnCheckpointed(new LeaseCheckpoint(8, 3, 0));
        await LookAfterAsync(10);
        Assert.Equal([7L], _proposer.Recorded);
        Assert.Equal([new ExpiredLease(7, 1), new ExpiredLease(8, 3)], _proposer.ExpiredLeases.OrderBy(lease => lease.Id));
    }

    [Fact]
    public async Task Look_WhenTheEpochIsNotRecorded_TriesAgainInTheNextPass()
    {
        _proposer.ComparesEpochs = true;
        _proposer.IsRecorded = false;
        _clock.OnGranted(7, 10);
        await LookAfterAsync(10);
        Assert.Empty(_proposer.Expired);
        _proposer.IsRecorded = true;
        await LookAfterAsync(0.5);
        Assert.Equal([new ExpiredLease(7, 1)], _proposer.ExpiredLeases);
    }

    [Fact]
    public async Task Look_WhenTheMemberIsOverloaded_ProposesInTheNextPass()
    {
        _proposer.Outcome = ExpiryOutcome.NotProposed;
        _clock.OnGranted(7, 10);
        await LookAfterAsync(10);
        Assert.Empty(_proposer.Expired);
        _proposer.Outcome = ExpiryOutcome.Removed;
        await LookAfterAsync(0.5);
        Assert.Equal([(7L, 1UL)], _proposer.Expired);
        Assert.Equal(1, _clock.Counts.Expired);
    }

    [Fact]
    public async Task Look_WhenNothingIsKnownOfTheProposal_WaitsForItsEntry()
    {
        _proposer.Outcome = ExpiryOutcome.Unknown;
        _clock.OnGranted(7, 10);
        await LookAfterAsync(10);
        await LookAfterAsync(2.9);
        Assert.Equal(1, _proposer.Proposed);
        await LookAfterAsync(0.1);
        Assert.Equal(2, _proposer.Proposed);
        Assert.Equal(0, _clock.Counts.Expired);
    }

    [Fact]
    public async Task Look_IdGrantedAgainWhileItsEpochIsRecorded_IsNotExpired()
    {
        _proposer.ComparesEpochs = true;
        _clock.OnGranted(7, 10);
        _proposer.OnRecord = () =>
        {
            _clock.OnRevoked(7);
            _clock.OnGranted(7, 10);
        };
        await LookAfterAsync(10);
        Assert.Equal([7L], _proposer.Recorded);
        Assert.Empty(_proposer.Expired);
    }

    [Fact]
    public async Task Look_NothingExpired_AsksNoMember()
    {
        _clock.OnGranted(7, 10);
        await LookAfterAsync(9);
        Assert.Equal(0, _proposer.Questions);
    }

    [Fact]
    public async Task Look_WhenTheQuorumDoesNotConfirm_RevokesNothing()
    {
        _clock.OnGranted(7, 10);
        _proposer.IsConfirmed = false;
        await LookAfterAsync(60);
        Assert.Equal(1, _proposer.Questions);
        Assert.Empty(_proposer.Expired);
        _proposer.IsConfirmed = true;
        await LookAfterAsync(0.5);
        Assert.Single(_proposer.Expired);
    }

    [Fact]
    public async Task Look_WhenLeadershipMovedDuringTheQuestion_RevokesNothing()
    {
        _clock.OnGranted(7, 10);
        _proposer.OnQuestion = () => _clock.Lead(0);
        await LookAfterAsync(60);
        Assert.Empty(_proposer.Expired);
    }

    [Fact]
    public async Task Look_LeaseRenewedDuringTheQuestion_IsNotRevoked()
    {
        _clock.OnGranted(7, 10);
        _clock.OnGranted(8, 5);
        _proposer.OnQuestion = () => Assert.Equal(RenewalOutcome.Renewed, _clock.Renew(7, 1).Outcome);
        await LookAfterAsync(9.9);
        await LookAfterAsync(0.5);
        Assert.Equal([(8L, 1UL)], _proposer.Expired);
    }

    [Fact]
    public async Task Look_AfterAnElection_GivesEveryLeaseItsTimeAgain()
    {
        _clock.OnGranted(7, 10);
        _proposer.LeadingTerm = 0;
        await LookAfterAsync(60);
        _proposer.LeadingTerm = 3;
        await LookAfterAsync(60);
        Assert.Empty(_proposer.Expired);
        await LookAfterAsync(10.9);
        Assert.Empty(_proposer.Expired);
        await LookAfterAsync(0.2);
        Assert.Equal([(7L, 3UL)], _proposer.Expired);
    }

    [Fact]
    public async Task Look_ManyRanOut_TakesAThousandASecondSixteenAtATime()
    {
        for (long id = 1; id <= 1200; id++)
        {
            _clock.OnGranted(id, 10);
        }

        await LookAfterAsync(10);
        Assert.Equal(500, _proposer.Expired.Count);
        await LookAfterAsync(0.5);
        Assert.Equal(1000, _proposer.Expired.Count);
        await LookAfterAsync(0.5);
        Assert.Equal(1200, _proposer.Expired.Count);
        Assert.InRange(_proposer.MostInFlight, 1, LeaseExpirer.InFlightMax);
    }

    [Fact]
    public async Task Look_WhileRevokesWait_StillFollowsLeadership()
    {
        _clock.OnGranted(7, 10);
        _proposer.Hold = new TaskCompletionSource();
        _time.Advance(TimeSpan.FromSeconds(10));
        _expirer.Look();
        _proposer.LeadingTerm = 2;
        _expirer.Look();
        Assert.Equal(2UL, _clock.Term);
        _proposer.Hold.SetResult();
        await _expirer.Revoking;
    }

    private async Task LookAfterAsync(double seconds)
    {
        _time.Advance(TimeSpan.FromSeconds(seconds));
        _expirer.Look();
        await _expirer.Revoking;
    }

    private sealed class FakeLeaseProposer(LeaseClock clock) : ILeaseProposer
    {
        private readonly Lock _gate = new();
        private int _inFlight;

        public ulong LeadingTerm { get; set; }

        public bool IsConfirmed { get; set; } = true;

        public Action OnQuestion { get; set; } = () => { };

        public TaskCompletionSource? Hold { get; set; }

        public int Questions { get; private set; }

        public int MostInFlight { get; private set; }

        public bool ComparesEpochs { get; set; }

        public bool IsRecorded { get; set; } = true;

        public Action OnRecord { get; set; } = () => { };

        public ExpiryOutcome Outcome { get; set; } = ExpiryOutcome.Removed;

        public int Proposed { get; private set; }

        public List<(long Id, ulong Term)> Expired { get; } = [];

        public List<ExpiredLease> ExpiredLeases { get; } = [];

        public List<long> Recorded { get; } = [];

        public ValueTask<bool> RecordAsync(IReadOnlyList<LeaseCheckpoint> checkpoints, ulong term)
        {
            OnRecord();
            foreach (LeaseCheckpoint checkpoint in checkpoints.Where(_ => IsRecorded))
            {
                Assert.Equal((0L, 0UL), (checkpoint.Remaining, checkpoint.Epoch));
                Recorded.Add(checkpoint.Id);
                clock.OnCheckpointed(checkpoint with { Epoch = 1 });
            }

            return ValueTask.FromResult(IsRecorded);
        }

        public ValueTask<bool> ConfirmAsync(ulong term)
        {
            Questions++;
            OnQuestion();
            return ValueTask.FromResult(IsConfirmed);
        }

        public async ValueTask<ExpiryOutcome> ExpireAsync(ExpiredLease lease, ulong term)
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
                Proposed++;
                if (Outcome != ExpiryOutcome.Removed)
                {
                    return Outcome;
                }

                Expired.Add((lease.Id, term));
                ExpiredLeases.Add(lease);
            }

            clock.OnRevoked(lease.Id);
            return ExpiryOutcome.Removed;
        }
    }
}
