using MetaStore.Batching.Admission;

namespace MetaStore.Batching.Tests.Simulation;

/// <summary>Callers that each wait for their answer before they put again, and bursts of calls that come whatever is answered.</summary>
/// <remarks>
/// An answer and the next call take a way over the network, of slightly varying length, and then a place in the one queue of the server's
/// request handling, which costs every call the same time. Its capacity is 330,000 calls a second.
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

    /// <summary>Callers that put at the moment.</summary>
    public int Active { get; private set; }

    /// <summary>Times from call to answer since the last take, in the order of the answers.</summary>
    public List<TimeSpan> Latencies { get; } = [];

    /// <summary>From now on this many put; those in excess stop after their answer.</summary>
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

    /// <summary>This many calls at once, each by a caller that puts once.</summary>
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

        // A linear congruential generator: the same on every machine and version.
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

        // The slots of the batch serve others once it is done.
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

        // The end of the simulation drops what is buffered; nothing else may.
        public void OnDropped(ProposalFailure reason) => Assert.Equal(ProposalFailure.Stopped, reason);
    }
}
