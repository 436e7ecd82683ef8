using System.Runtime.CompilerServices;
using Grpc.Core;
using MetaStore.Batching;
using MetaStore.Batching.Admission;
using MetaStore.Batching.Admission.Queueing;
using MetaStore.Batching.Settings;
using MetaStore.IO;
using MetaStore.Raft.Runtime.Node;
using MetaStore.Server.Auth;
using MetaStore.Server.Calls;
using MetaStore.Server.Membership;
using MetaStore.Server.Observability.Stages;
using MetaStore.StateMachine.Auth;
using MetaStore.StateMachine.Commands;
using MetaStore.StateMachine.Commands.Identities;

namespace MetaStore.Server.Proposals;

/// <summary>Passes a command to the batcher and waits for the result of applying it (stages 3 to 9 of a write, as a caller sees them).</summary>
internal sealed class Proposer
{
    /// <summary>Pause before retrying while a known leader does not accept proposals (it is transferring leadership, or its information is outdated).</summary>
    private static readonly TimeSpan RetryPause = TimeSpan.FromMilliseconds(20);

    /// <summary>Times that the user of a certificate is identified, when it changes meanwhile.</summary>
    private const int IdentifyMax = 3;

    private readonly ProposalBatcher _batcher;
    private readonly ProposalAdmission _admission;
    private readonly ProposalCompletionPool _pool;
    private readonly LeadershipState _leadership;

    /// <summary>Credits of the server's own proposals.</summary>
    private readonly ConnectionCredits _own = new();

    private readonly long _maxRequestBytes;
    private readonly TimeSpan _timeout;
    private readonly TimeSpan _slowAfter;
    private readonly Func<ulong, long> _durableAt;
    private readonly TimeProvider _time;

    /// <summary>Creates a proposer. The clock must be that of admission, batcher, leadership and of the sweep of <paramref name="pool"/>.</summary>
    public Proposer(
        ProposalBatcher batcher, ProposalAdmission admission, ProposalCompletionPool pool, LeadershipState leadership, long maxRequestBytes, TimeSpan timeout,
        TimeSpan slowAfter, Func<ulong, long> durableAt, TimeProvider time)
    {
        _batcher = batcher;
        _admission = admission;
        _pool = pool;
        _leadership = leadership;
        _maxRequestBytes = maxRequestBytes;
        _timeout = timeout;
        _slowAfter = slowAfter;
        _durableAt = durableAt;
        _time = time;
    }

    /// <summary>Proposals that failed: dropped, rejected or timed out.</summary>
    public long Failed => Volatile.Read(ref _failed);

    /// <summary>Time that client writes spend in each stage.</summary>
    public StageWindow Stages { get; } = new();

    /// <summary>Finds out who makes a call; null = all calls are the same.</summary>
    public CallAuth? Auth { get; init; }

    private long _failed;

    /// <summary>Proposes and waits. While auth is on the command carries the identity of its caller.</summary>
    /// <param name="command">Encoded before the first wait.</param>
    /// <param name="call">Supplies the client's deadline; null for the server's own proposals, to which max-request-bytes does not apply.</param>
    /// <returns>The result of applying, or why there is none. A timed-out command may still be applied later.</returns>
    public ValueTask<ProposalOutcome> ProposeAsync<TCommand>(TCommand command, ServerCall? call)
        where TCommand : ICommand
    {
        AdmissionClass kind = EssentialCommands.ClassOf<TCommand>(isOwn: call is null);
        return Auth is { IsEnabled: true } auth && command is not IMemberCommand
            ? IdentifyAsync(auth, command, call, kind)
            : ProposeAsync(command, call, kind);
    }

    private async ValueTask<ProposalOutcome> IdentifyAsync<TCommand>(CallAuth auth, TCommand command, ServerCall? call, AdmissionClass kind)
        where TCommand : ICommand
    {
        if (call is null)
        {
            return await ProposeAsync(new AsCommand<TCommand>(AuthIdentity.Internal, command), call, kind);
        }

        await auth.ArriveAsync(call);
        for (int tries = 1; ; tries++)
        {
            AuthState state = auth.State;
            ServerError error = auth.Identify(call, state, out AuthIdentity identity);
            error = error == ServerError.None && state.IsEnabled && identity.Kind == IdentityKind.None ? ServerError.UserEmpty : error;
            if (error != ServerError.None)
            {
                return Refuse(error);
            }

            ProposalOutcome outcome = await ProposeAsync(new AsCommand<TCommand>(identity, command), call, kind);

            // A certificate proves its user at any time; what was old is the state of this member, which has applied the change since.
            if (outcome.Result.Error != ErrorCode.AuthOldRevision || !CallAuth.IsByCertificate(call) || tries == IdentifyMax)
            {
                return outcome;
            }
        }
    }

    /// <summary>True when an ordinary proposal of a call would be refused for lack of a credit; it is counted as failed. See <see cref="ProposalAdmission.RefusesNext"/>.</summary>
    public bool RefusesNext(ServerCall call)
    {
        bool refuses = _admission.RefusesNext(call.Credits);
        if (refuses)
        {
            Interlocked.Increment(ref _failed);
        }

        return refuses;
    }

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    private async ValueTask<ProposalOutcome> ProposeAsync<TCommand>(TCommand command, ServerCall? call, AdmissionClass kind)
        where TCommand : ICommand
    {
        int size = command.Size;
        if (call is not null && !SizeLimits.IsRequest(size, _maxRequestBytes))
        {
            return Refuse(ServerError.RequestTooLarge);
        }

        long arrivedAt = _time.GetTimestamp();
        TimeSpan patience = _timeout;
        bool isClientDeadline = false;
        if (call?.Timeout is { } clients && clients < patience)
        {
            patience = clients;
            isClientDeadline = true;
        }

        long deadlineAt = arrivedAt + _time.TimestampsIn(patience);

        ConnectionCredits credits = call?.Credits ?? _own;
        if (!_admission.TryAcquire(credits, size, kind))
        {
            ProposalAdmissionResult admitted = await _admission.AcquireAsync(credits, size, kind, patience);
            if (admitted != ProposalAdmissionResult.Accepted)
            {
                return Refuse(ToError(admitted));
            }
        }

        long admittedAt = _time.GetTimestamp();
        try
        {
            while (true)
            {
                ProposalCompletion pending = _pool.Rent();
                pending.Begin(arrivedAt, deadlineAt, isClientDeadline);
                long enqueuedAt = _time.GetTimestamp();
                ValueTask<ProposalOutcome> task = pending.Task;
                ProposalAdmissionResult taken = _batcher.Enqueue(size, command, static (target, command) => command.Write(target), pending);
                if (taken != ProposalAdmissionResult.Accepted)
                {
                    pending.Cancel();
                    return Refuse(ToError(taken));
                }

                ProposalOutcome outcome = await task;
                if (outcome.Error == ServerError.None)
                {
                    NoteStages(call, outcome.Times, arrivedAt, enqueuedAt);
                    return outcome;
                }

                // A backlog of committed entries rejects whole batches; commands that free space or end leases must pass nevertheless.
                bool mayTryAgain = outcome.Error is ServerError.NoLeader or ServerError.LeaderChanged
                    || (outcome.Error == ServerError.TooManyRequests && kind == AdmissionClass.Essential);
                if (!mayTryAgain)
                {
                    return Refuse(outcome.Error);
                }

                // Never proposed, so proposing again cannot apply it twice. etcd's proposals wait for a leader the same way.
                TimeSpan left = _time.GetElapsedTime(_time.GetTimestamp(), deadlineAt);
                if (left <= TimeSpan.Zero)
                {
                    return Refuse(isClientDeadline ? ServerError.DeadlineExceeded : ServerError.Timeout);
                }

                await _leadership.WaitForLeaderAsync(RetryPause, left);
            }
        }
        finally
        {
            _admission.Release(credits, size, kind, admittedAt);
        }
    }

    private void NoteStages(ServerCall? call, in ProposalTimes times, long arrivedAt, long enqueuedAt)
    {
        if (call is null)
        {
            return;
        }

        long now = _time.GetTimestamp();
        bool isSlow = _time.GetElapsedTime(arrivedAt, now) > _slowAfter;
        bool isWanted = Stages.Count(now);
        if (isSlow || isWanted)
        {
            WriteStages stages = WriteStages.Of(times, _durableAt(times.Index), arrivedAt, enqueuedAt, now);
            if (isWanted)
            {
                Stages.Add(stages, now);
            }

            if (isSlow)
            {
                call.Stages = RequestStages.OfWrite(stages);
            }
        }
    }

    private static ServerError ToError(ProposalAdmissionResult result) => result switch
    {
        ProposalAdmissionResult.TooLarge => ServerError.RequestTooLarge,
        ProposalAdmissionResult.Stopped => ServerError.Stopped,
        _ => ServerError.NoCredit,
    };

    private ProposalOutcome Refuse(ServerError error)
    {
        Interlocked.Increment(ref _failed);
        return new ProposalOutcome(error, default);
    }
}
