using MetaStore.Batching.Admission;

namespace MetaStore.Batching.Tests.Simulation;

/// <summary>Callers that each wait for a response before the next put, and bursts of calls that arrive independently of responses.</summary>
/// <remarks>
/// Responses and calls have a network delay of slightly varying length; then calls pass through the single queue of the server's request handling,
/// with the same service time for each. Its capacity is 330,000 calls a second.
/// </remarks>
internal sealed class ClosedLoopCallers
{
    private static readonly TimeSpan Way = TimeSpan.FromMicroseconds(60);
    private static readonly TimeSpan PerCall = TimeSpan.FromMicroseconds(3);

    private readonly SimulatedClock _clock;
    private readonly ProposalBatcher _batcher;
    private readonly List<Caller> _callers = [];
    private TimeSpan _handlingFreeAt;
    private uint _chance = 1;
    private int _number;

    public ClosedLoopCallers(SimulatedClock clock, ProposalBatcher batcher, SimulatedLog log)
    {
        _clock = clock;
        _batcher = batcher;
        log.Applied = OnApplied;
    }

    /// <summary>Number of active callers.</summary>
    public int Active { get; private set; }

    /// <summary>Times from call to response since they were last taken, in the order of the responses.</summary>
    public List<TimeSpan> Latencies { get; } = [];

    /// <summary>Sets the number of callers; those in excess stop after their next response.</summary>
    public void Set(int count)
    {
        Active = count;
        for (int i = _callers.Count; i < count; i++)
        {
            _callers.Add(new Caller { Place = i });
        }

        for (int i = 0; i < count; i++)
        {
            if (!_callers[i].IsBusy)
            {
                Call(_callers[i]);
            }
        }
    }

    /// <summary>Starts this many calls at once, each by a caller that puts once.</summary>
    public void Burst(int calls)
    {
        for (int i = 0; i < calls; i++)
        {
            Call(new Caller { PutsOnce = true });
        }
    }

    private void Call(Caller caller)
    {
        caller.IsBusy = true;
        TimeSpan called = _clock.Now;

        // A linear congruential generator: the same values on every machine and .NET version.
        _chance = (_chance * 1_664_525) + 1_013_904_223;
        TimeSpan arrives = called + Way + TimeSpan.FromMicroseconds(_chance >> 27);
        _handlingFreeAt = (_handlingFreeAt > arrives ? _handlingFreeAt : arrives) + PerCall;
        _clock.After(_handlingFreeAt - called, () =>
        {
            caller.CalledAt = called;
            Assert.Equal(ProposalAdmissionResult.Accepted, _batcher.Enqueue(new TestCommand(0, _number++), caller));
        });
    }

    private void OnApplied(ProposalBatch batch)
    {
        Assert.True(_batcher.Pending.TryTake(batch.MemberId, batch.FirstId, out _));

        // The slots of the batch are reused after it is completed.
        Caller[] answered = [.. Enumerable.Range(0, batch.Count).Select(position => (Caller)batch.WaiterAt(position))];
        _batcher.OnBatchDone(batch);
        foreach (Caller caller in answered)
        {
            caller.IsBusy = false;
            Latencies.Add(_clock.Now - caller.CalledAt);
            if (!caller.PutsOnce && caller.Place < Active)
            {
                Call(caller);
            }
        }
    }

    private sealed class Caller : IProposalWaiter
    {
        public bool IsBusy { get; set; }

        public bool PutsOnce { get; init; }

        public int Place { get; init; }

        public TimeSpan CalledAt { get; set; }

        // The end of the simulation drops buffered proposals; nothing else may.
        public void Fail(ProposalFailure reason) => Assert.Equal(ProposalFailure.Stopped, reason);
    }
}
