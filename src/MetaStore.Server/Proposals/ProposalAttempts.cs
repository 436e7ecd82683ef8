using System.Runtime.CompilerServices;
using MetaStore.Batching;
using MetaStore.Batching.Admission;
using MetaStore.Batching.Admission.Queueing;
using MetaStore.IO;
using MetaStore.Raft.Runtime.Node;
using MetaStore.Server.Calls;
using MetaStore.Server.Observability.Stages;
using MetaStore.Server.Observability.Traces;
using MetaStore.StateMachine.Commands;

namespace MetaStore.Server.Proposals;

/// <summary>Admits a command, passes it to the batcher and proposes it again while it was not proposed and its deadline has not passed.</summary>
/// <remarks>The clock must be that of admission, batcher, leadership and of the sweep of <paramref name="pool"/>.</remarks>
internal sealed class ProposalAttempts(
    ProposalBatcher batcher, ProposalAdmission admission, ProposalCompletionPool pool, LeadershipState leadership, TimeSpan timeout, TimeSpan slowAfter,
    Func<ulong, long> durableAt, TimeProvider time)
{
    /// <summary>Pause before retrying while a known leader does not accept proposals (it is transferring leadership, or its information is outdated).</summary>
    private static readonly TimeSpan RetryPause = TimeSpan.FromMilliseconds(20);

    /// <summary>Credits of the server's own proposals.</summary>
    private readonly ConnectionCredits _own = new();

    private long _failed;

    /// <summary>Proposals that failed: dropped, rejected or timed out.</summary>
    public long Failed => Volatile.Read(ref _failed);

    /// <summary>Time that client writes spend in each stage.</summary>
    public StageWindow Stages { get; } = new();

    /// <summary>Proposes until there is an outcome, and returns the credit.</summary>
    /// <param name="command">The command.</param>
    /// <param name="call">Gets the times of its stages when it is slow; null for the server's own proposals.</param>
    /// <param name="begun">From <see cref="Arrive"/>; one that failed holds its credit.</param>
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    public async ValueTask<ProposalOutcome> RunAsync<TCommand>(TCommand command, ServerCall? call, BegunProposal begun)
        where TCommand : ICommand
    {
        if (begun.Failed == ServerError.None)
        {
            if (!TryAdmit(ref begun))
            {
                ProposalAdmissionResult admitted =
                    await admission.AcquireAsync(begun.Credits, begun.Size, begun.Kind, time.GetElapsedTime(begun.ArrivedAt, begun.DeadlineAt));
                if (admitted != ProposalAdmissionResult.Accepted)
                {
                    return Refuse(ToError(admitted), call, begun);
                }

                begun.AdmittedAt = time.GetTimestamp();
            }
        }

        try
        {
            while (true)
            {
                if (begun.Failed != ServerError.None)
                {
                    // Never proposed, so proposing again cannot apply it twice. etcd's proposals wait for a leader the same way.
                    TimeSpan left = time.GetElapsedTime(time.GetTimestamp(), begun.DeadlineAt);
                    if (left <= TimeSpan.Zero)
                    {
                        return Refuse(begun.IsClientDeadline ? ServerError.DeadlineExceeded : ServerError.Timeout, call, begun);
                    }

                    await leadership.WaitForLeaderAsync(RetryPause, left);
                }

                ProposalAdmissionResult taken = Enqueue(command, ref begun, isBurst: false);
                if (taken != ProposalAdmissionResult.Accepted)
                {
                    return Refuse(ToError(taken), call, begun);
                }

                ProposalOutcome outcome = await begun.Outcome;
                if (outcome.Error == ServerError.None)
                {
                    NoteStages(call, outcome.Times, begun.ArrivedAt, begun.EnqueuedAt);
                    return outcome;
                }

                if (!MayTryAgain(outcome.Error, begun.Kind))
                {
                    return Refuse(outcome.Error, call, begun);
                }

                begun.Failed = outcome.Error;
            }
        }
        finally
        {
            Release(begun);
        }
    }

    /// <summary>True for what was not proposed. A backlog of committed entries rejects whole batches; commands that free space or end leases must pass nevertheless.</summary>
    public static bool MayTryAgain(ServerError error, AdmissionClass kind) => error is ServerError.NoLeader or ServerError.LeaderChanged
        || (error == ServerError.TooManyRequests && kind == AdmissionClass.Essential);

    /// <summary>A command has come: its deadline begins.</summary>
    public BegunProposal Arrive(int size, ServerCall? call, AdmissionClass kind)
    {
        long arrivedAt = time.GetTimestamp();
        bool isClientDeadline = call?.Timeout < timeout;
        TimeSpan patience = isClientDeadline ? call!.Timeout!.Value : timeout;
        return new BegunProposal
        {
            Credits = call?.Credits ?? _own,
            Kind = kind,
            Size = size,
            ArrivedAt = arrivedAt,
            DeadlineAt = arrivedAt + time.TimestampsIn(patience),
            IsClientDeadline = isClientDeadline,
        };
    }

    /// <summary>Passes a command to the batcher.</summary>
    public ProposalAdmissionResult Enqueue<TCommand>(in TCommand command, ref BegunProposal begun, bool isBurst)
        where TCommand : ICommand
    {
        ProposalCompletion pending = pool.Rent();
        pending.Begin(begun.ArrivedAt, begun.DeadlineAt, begun.IsClientDeadline);

        // The first attempt of what was admitted at once has no wait before it.
        begun.EnqueuedAt = begun.AdmittedAt == begun.ArrivedAt && begun.Failed == ServerError.None ? begun.ArrivedAt : time.GetTimestamp();
        begun.Outcome = pending.Wait;
        ProposalAdmissionResult taken = batcher.Enqueue(begun.Size, command, static (target, command) => command.Write(target), pending, isBurst);
        if (taken != ProposalAdmissionResult.Accepted)
        {
            pending.Cancel();
            begun.EnqueuedAt = 0;
        }

        return taken;
    }

    /// <summary>Takes a credit if one is free: then it is admitted when it came.</summary>
    public bool TryAdmit(ref BegunProposal begun)
    {
        begun.AdmittedAt = begun.ArrivedAt;
        return admission.TryAcquire(begun.Credits, begun.Size, begun.Kind);
    }

    /// <summary>Returns the credit.</summary>
    public void Release(in BegunProposal begun)
    {
        admission.Release(begun.Credits, begun.Size, begun.Kind, begun.AdmittedAt);
    }

    /// <summary>Notes the times of a proposal that was applied.</summary>
    public void NoteStages(ServerCall? call, in ProposalTimes times, long arrivedAt, long enqueuedAt)
    {
        if (call is null)
        {
            return;
        }

        long now = time.GetTimestamp();
        bool isShown = call.WantsStages(time.GetElapsedTime(arrivedAt, now), slowAfter);
        bool isWanted = Stages.Count(now);
        if (isShown || isWanted)
        {
            WriteStages stages = WriteStages.Of(times, durableAt(times.Index), arrivedAt, enqueuedAt, now);
            if (isWanted)
            {
                Stages.Add(stages, now);
            }

            if (isShown)
            {
                Show(call, RequestStages.OfWrite(stages));
            }
        }
    }

    /// <summary>Counts a failure, and notes where the time went when that is wanted.</summary>
    public ProposalOutcome Refuse(ServerError error, ServerCall? call, in BegunProposal begun)
    {
        long now = time.GetTimestamp();
        if (call is not null && call.WantsStages(time.GetElapsedTime(begun.ArrivedAt, now), slowAfter))
        {
            Show(call, RequestStages.OfFailedWrite(begun.ArrivedAt, begun.EnqueuedAt, now));
        }

        return Refuse(error);
    }

    /// <summary>Counts a failure.</summary>
    public ProposalOutcome Refuse(ServerError error)
    {
        Interlocked.Increment(ref _failed);
        return new ProposalOutcome(error, default);
    }

    private void Show(ServerCall call, RequestStages stages)
    {
        call.Stages = stages;
        if (call.Span is { } span)
        {
            StageSpans.Add(span, stages, time.GetUtcNow());
        }
    }

    private static ServerError ToError(ProposalAdmissionResult result) => result switch
    {
        ProposalAdmissionResult.TooLarge => ServerError.RequestTooLarge,
        ProposalAdmissionResult.Stopped => ServerError.Stopped,
        _ => ServerError.NoCredit,
    };
}
