using MetaStore.Server.Leases;
using MetaStore.StateMachine.Leases;
using MetaStore.Testing;

namespace MetaStore.Server.Tests.Leases;

/// <summary>Clock, checkpointer and log of one lease; the test decides when proposals are applied.</summary>
public sealed class LeaseCheckpointerTests
{
    private static readonly TimeSpan Interval = TimeSpan.FromMinutes(5);

    private readonly FakeTimeProvider _time = new();
    private readonly LeaseClock _clock;
    private readonly FakeLog _log;
    private readonly LeaseCheckpointer _checkpointer;

    public LeaseCheckpointerTests()
    {
        _clock = new LeaseClock(_time, TimeSpan.FromSeconds(1), Interval);
        _log = new FakeLog(_clock) { LeadingTerm = 1 };
        _checkpointer = new LeaseCheckpointer(_clock, _log);
        _clock.Lead(1);
    }

    [Fact]
    public async Task Look_LongLease_IsRecordedEveryInterval()
    {
        Grant(900);
        await LookAfterAsync(299);
        Assert.Empty(_log.Recorded);
        await LookAfterAsync(1);
        await LookAfterAsync(300);
        await LookAfterAsync(300);
        Assert.Equal([600L, 300L], _log.Recorded);
    }

    [Fact]
    public async Task Look_LeaseWithLessThanAnInterval_IsNotRecorded()
    {
        Grant(300);
        await LookAfterAsync(299);
        Assert.Empty(_log.Recorded);
    }

    [Fact]
    public async Task NextLeader_GoesOnWhereTheRecordWasMade()
    {
        Grant(900);
        await LookAfterAsync(300);
        _clock.Lead(0);
        _clock.Lead(2);
        Assert.Equal(TimeSpan.FromSeconds(601), _clock.Remaining(7, 2));
    }

    [Fact]
    public async Task Renew_RecordedLease_IsRenewedOnceTheRecordIsCleared()
    {
        Grant(900);
        await LookAfterAsync(300);
        Assert.Equal(RenewalOutcome.Recorded, _clock.Renew(7, 1).Outcome);
        Assert.True(await _checkpointer.ClearAsync(7, 1));
        Assert.Equal(RenewalOutcome.Renewed, _clock.Renew(7, 1).Outcome);
        _clock.Lead(2);
        Assert.Equal(TimeSpan.FromSeconds(901), _clock.Remaining(7, 2));
    }

    [Fact]
    public async Task Renew_WhileTheRecordIsOnItsWay_MakesItMeaningless()
    {
        Grant(900);
        _log.IsHeld = true;
        await LookAfterAsync(300);
        Assert.Equal(RenewalOutcome.Recorded, _clock.Renew(7, 1).Outcome);
        _log.IsHeld = false;
        Assert.True(await _checkpointer.ClearAsync(7, 1));
        Assert.Equal(RenewalOutcome.Renewed, _clock.Renew(7, 1).Outcome);

        _log.ApplyHeld();

        Assert.Equal(RenewalOutcome.Renewed, _clock.Renew(7, 1).Outcome);
        _clock.Lead(2);
        Assert.Equal(TimeSpan.FromSeconds(901), _clock.Remaining(7, 2));
    }

    [Fact]
    public async Task NextLeader_ThatLearnsOfARenewalLate_CountsIt()
    {
        Grant(900);
        await LookAfterAsync(300);
        _log.IsHeld = true;
        Assert.False(await _checkpointer.ClearAsync(7, 1));
        _clock.Lead(2);
        _time.Advance(TimeSpan.FromSeconds(700));

        _log.ApplyHeld();

        Assert.Equal(TimeSpan.FromSeconds(900), _clock.Remaining(7, 2));
        Assert.False(_clock.HasDue);
    }

    [Fact]
    public async Task Clear_OfALeaseWhoseEndIsDecided_DoesNotTakeTheDecisionBack()
    {
        Grant(900);
        await LookAfterAsync(300);
        _time.Advance(TimeSpan.FromSeconds(600));
        Assert.Equal([7L], _clock.TakeDue(1, 10));
        Assert.True(await _checkpointer.ClearAsync(7, 1));
        Assert.Equal(RenewalOutcome.Expiring, _clock.Renew(7, 1).Outcome);
    }

    [Fact]
    public async Task Look_WhenNotLeading_RecordsNothing()
    {
        Grant(900);
        _log.LeadingTerm = 0;
        await LookAfterAsync(600);
        Assert.Empty(_log.Recorded);
    }

    [Fact]
    public async Task Look_ManyLeases_RecordsFiveHundredAtATime()
    {
        for (var id = 1; id <= 1200; id++)
        {
            _clock.OnGranted(id, 900);
        }

        await LookAfterAsync(300);
        Assert.Equal(500, _log.Recorded.Count);
        await LookAfterAsync(0.5);
        await LookAfterAsync(0.5);
        Assert.Equal(1200, _log.Recorded.Count);
    }

    private void Grant(long ttl) => _clock.OnGranted(7, ttl);

    private async Task LookAfterAsync(double seconds)
    {
        _time.Advance(TimeSpan.FromSeconds(seconds));
        _checkpointer.Look();
        await _checkpointer.Recording;
    }

    /// <summary>Applies as the state machine does: ignores a record of an earlier epoch; a clear starts the next epoch.</summary>
    private sealed class FakeLog(LeaseClock clock) : ILeaseRecorder
    {
        private readonly Dictionary<long, ulong> _epochs = [];
        private readonly List<LeaseCheckpoint> _held = [];

        public ulong LeadingTerm { get; set; }

        /// <summary>Proposals have no result and are applied later.</summary>
        public bool IsHeld { get; set; }

        public List<long> Recorded { get; } = [];

        public ValueTask<bool> RecordAsync(IReadOnlyList<LeaseCheckpoint> checkpoints, ulong term)
        {
            if (IsHeld)
            {
                _held.AddRange(checkpoints);
                return ValueTask.FromResult(false);
            }

            Apply(checkpoints);
            return ValueTask.FromResult(true);
        }

        public void ApplyHeld() => Apply(_held);

        private void Apply(IReadOnlyList<LeaseCheckpoint> checkpoints)
        {
            foreach (var one in checkpoints)
            {
                var epoch = _epochs.GetValueOrDefault(one.Id);
                if (one.Remaining == 0)
                {
                    _epochs[one.Id] = ++epoch;
                }
                else if (one.Epoch != epoch)
                {
                    continue;
                }
                else
                {
                    Recorded.Add(one.Remaining);
                }

                clock.OnCheckpointed(one with { Epoch = epoch });
            }
        }
    }
}
