using System.Threading.Tasks.Sources;
using MetaStore.Batching;
using MetaStore.Server.Apply;
using MetaStore.Server.Budgets;
using MetaStore.Server.Observability.Stages;
using MetaStore.StateMachine.Commands;

namespace MetaStore.Server.Proposals;

/// <summary>One caller waiting for its proposal. Pooled: the wait of a put does not allocate.</summary>
/// <remarks>
/// The first of apply loop, failure and deadline to complete it wins by one compare-and-swap on <see cref="_state"/>, which also carries the
/// number of this use, so that a slow sweeper can never complete a later use. An instance whose deadline has passed is still referenced by its
/// batch and therefore never returns to the pool.
/// </remarks>
internal sealed class ProposalCompletion : IProposalWaiter, ICompletable, IThreadPoolWorkItem, IValueTaskSource<ProposalOutcome>
{
    private const long PhaseMask = 3;
    private const long Idle = 0;
    private const long Waiting = 1;
    private const long Settled = 2;
    private const long Abandoned = 3;

    private readonly ProposalCompletionPool _pool;
    private ManualResetValueTaskSourceCore<ProposalOutcome> _core;
    private long _state;
    private CommandResult _result;
    private ResponseShare? _share;
    private ServerError _error;
    private ProposalTimes _times;

    public ProposalCompletion(ProposalCompletionPool pool) => _pool = pool;

    /// <summary>When the wait began, a timestamp of the proposer's clock.</summary>
    public long StartedAt { get; private set; }

    /// <summary>When it times out, a timestamp of the same clock.</summary>
    public long DeadlineAt { get; private set; }

    /// <summary>True when the deadline is the client's, false when it is the server's.</summary>
    public bool IsClientDeadline { get; private set; }

    /// <summary>The state at this moment, for <see cref="TryExpire"/>; null when no caller waits.</summary>
    public long? WaitingState
    {
        get
        {
            long state = Volatile.Read(ref _state);
            return (state & PhaseMask) == Waiting ? state : null;
        }
    }

    /// <summary>Starts a use.</summary>
    public void Begin(long startedAt, long deadlineAt, bool isClientDeadline)
    {
        StartedAt = startedAt;
        DeadlineAt = deadlineAt;
        IsClientDeadline = isClientDeadline;
        Volatile.Write(ref _state, ((_state & ~PhaseMask) + PhaseMask + 1) | Waiting);
    }

    /// <summary>Ends a use that was never passed to the batcher.</summary>
    public void Cancel()
    {
        Volatile.Write(ref _state, (_state & ~PhaseMask) | Idle);
        _pool.Return(this);
    }

    /// <summary>The task of this use; await it once.</summary>
    public ValueTask<ProposalOutcome> Task => new(this, _core.Version);

    /// <summary>The same for a frame that is to be small.</summary>
    public ProposalWait Wait => new(this, _core.Version);

    /// <summary>False when the wait has ended already: no response needs to be built then.</summary>
    public bool IsWaiting => WaitingState is not null;

    /// <summary>Stores the result; <see cref="Complete"/> follows once it is published. Thread: apply.</summary>
    /// <param name="result">The result of applying.</param>
    /// <param name="share">Budget that the response holds, owned by this wait from now on; null when it holds none.</param>
    public void SetResult(in CommandResult result, ResponseShare? share)
    {
        _result = result;
        _share = share;
    }

    /// <summary>Stores the times of the stages, for diagnosis. Thread: apply, before <see cref="Complete"/>.</summary>
    public void SetTimes(in ProposalTimes times) => _times = times;

    /// <inheritdoc/>
    public void Complete()
    {
        if (TryMove(Settled))
        {
            _core.SetResult(new ProposalOutcome(ServerError.None, _result, _share, _times));
        }
        else
        {
            _share?.Dispose();
        }
    }

    /// <inheritdoc/>
    public void Fail(ProposalFailure reason)
    {
        if (TryMove(Settled))
        {
            _error = ProposalErrors.ToError(reason);

            // This may run on the raft thread, which must not run the caller's continuation.
            _pool.Background.Queue(this);
        }
    }

    /// <summary>Times out the wait, if it still is the one that had <paramref name="state"/>.</summary>
    public bool TryExpire(long state, ServerError error)
    {
        if (Interlocked.CompareExchange(ref _state, (state & ~PhaseMask) | Abandoned, state) != state)
        {
            return false;
        }

        _error = error;
        _pool.Background.Queue(this);
        return true;
    }

    void IThreadPoolWorkItem.Execute() => _core.SetResult(new ProposalOutcome(_error, default));

    ProposalOutcome IValueTaskSource<ProposalOutcome>.GetResult(short token)
    {
        ProposalOutcome outcome = _core.GetResult(token);
        if ((Volatile.Read(ref _state) & PhaseMask) == Settled)
        {
            _core.Reset();
            _result = default;
            _share = null;
            Volatile.Write(ref _state, (_state & ~PhaseMask) | Idle);
            _pool.Return(this);
        }

        return outcome;
    }

    ValueTaskSourceStatus IValueTaskSource<ProposalOutcome>.GetStatus(short token) => _core.GetStatus(token);

    void IValueTaskSource<ProposalOutcome>.OnCompleted(
        Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags) =>
        _core.OnCompleted(continuation, state, token, flags);

    private bool TryMove(long phase)
    {
        long state = Volatile.Read(ref _state);
        return (state & PhaseMask) == Waiting && Interlocked.CompareExchange(ref _state, (state & ~PhaseMask) | phase, state) == state;
    }
}
