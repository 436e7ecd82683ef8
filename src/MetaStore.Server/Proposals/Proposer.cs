using Grpc.Core;
using MetaStore.Batching;
using MetaStore.Batching.Admission;
using MetaStore.Batching.Settings;
using MetaStore.Raft.Runtime.Node;
using MetaStore.Server.Auth;
using MetaStore.Server.Calls;
using MetaStore.Server.Observability.Stages;
using MetaStore.StateMachine.Auth;
using MetaStore.StateMachine.Commands;
using MetaStore.StateMachine.Commands.Identities;

namespace MetaStore.Server.Proposals;

/// <summary>Passes a command to the batcher and waits for the result of applying it (stages 3 to 9 of a write, as a caller sees them).</summary>
internal sealed class Proposer
{
    /// <summary>Times that the user of a certificate is identified, when it changes meanwhile.</summary>
    private const int IdentifyMax = 3;

    private readonly ProposalBatcher _batcher;
    private readonly ProposalAdmission _admission;
    private readonly ProposalAttempts _attempts;
    private readonly long _maxRequestBytes;

    /// <summary>Creates a proposer. The clock must be that of admission, batcher, leadership and of the sweep of <paramref name="pool"/>.</summary>
    public Proposer(
        ProposalBatcher batcher, ProposalAdmission admission, ProposalCompletionPool pool, LeadershipState leadership, long maxRequestBytes, TimeSpan timeout,
        TimeSpan slowAfter, Func<ulong, long> durableAt, TimeProvider time)
    {
        _batcher = batcher;
        _admission = admission;
        _attempts = new ProposalAttempts(batcher, admission, pool, leadership, timeout, slowAfter, durableAt, time);
        _maxRequestBytes = maxRequestBytes;
    }

    /// <summary>Proposals that failed: dropped, rejected or timed out.</summary>
    public long Failed => _attempts.Failed;

    /// <summary>Time that client writes spend in each stage.</summary>
    public StageWindow Stages => _attempts.Stages;

    /// <summary>Finds out who makes a call; null = all calls are the same.</summary>
    public CallAuth? Auth { get; init; }

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
                return _attempts.Refuse(error);
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
            _attempts.Refuse(ServerError.NoCredit);
        }

        return refuses;
    }

    /// <summary>
    /// Proposes a client's command without an asynchronous frame of its own: 400 bytes and a resumption less per put. Only when nothing has to be
    /// waited for before the command is in the batcher, and its caller is known while auth is on.
    /// </summary>
    /// <param name="command">Encoded before this returns.</param>
    /// <param name="call">Supplies deadline and credits.</param>
    /// <param name="begun">Await its outcome once, then call <see cref="TryEnd"/>, which returns the credit.</param>
    /// <param name="isBurst">More commands follow at once: see <see cref="EndBurst"/>.</param>
    /// <returns>False when <see cref="ProposeAsync{TCommand}(TCommand, ServerCall?)"/> has to be used, which also gives the reason of a refusal. Nothing has happened then.</returns>
    public bool TryBegin<TCommand>(in TCommand command, ServerCall call, out BegunProposal begun, bool isBurst = false)
        where TCommand : ICommand
    {
        AdmissionClass kind = EssentialCommands.ClassOf<TCommand>(isOwn: false);
        if (Auth is not { IsEnabled: true } auth)
        {
            return TryBeginAs(command, call, kind, out begun, isBurst);
        }

        begun = default;
        if (!auth.TryKnown(call, auth.State, out AuthIdentity identity)
            || !TryBeginAs(new AsCommand<TCommand>(identity, command), call, kind, out begun, isBurst))
        {
            return false;
        }

        (begun.HasIdentity, begun.Identity) = (true, identity);
        return true;
    }

    private bool TryBeginAs<TCommand>(in TCommand command, ServerCall call, AdmissionClass kind, out BegunProposal begun, bool isBurst)
        where TCommand : ICommand
    {
        begun = default;
        int size = command.Size;
        if (!SizeLimits.IsRequest(size, _maxRequestBytes))
        {
            return false;
        }

        begun = _attempts.Arrive(size, call, kind);
        if (!_attempts.TryAdmit(ref begun))
        {
            return false;
        }

        bool isTaken = false;
        try
        {
            isTaken = _attempts.Enqueue(command, ref begun, isBurst) == ProposalAdmissionResult.Accepted;
            return isTaken;
        }
        finally
        {
            if (!isTaken)
            {
                _attempts.Release(begun);
            }
        }
    }

    /// <summary>Ends what <see cref="TryBegin"/> began, with the outcome of its wait.</summary>
    /// <returns>False when it was not proposed and may be proposed again: <see cref="ContinueAsync"/> does that, and the credit is kept for it.</returns>
    public bool TryEnd(ServerCall call, ref BegunProposal begun, ref ProposalOutcome outcome)
    {
        if (ProposalAttempts.MayTryAgain(outcome.Error, begun.Kind))
        {
            begun.Failed = outcome.Error;
            return false;
        }

        if (outcome.Error == ServerError.None)
        {
            _attempts.NoteStages(call, outcome.Times, begun.ArrivedAt, begun.EnqueuedAt);
        }
        else
        {
            outcome = _attempts.Refuse(outcome.Error, call, begun);
        }

        _attempts.Release(begun);
        return true;
    }

    /// <summary>Proposes again what was not proposed, until the deadline of the first attempt.</summary>
    public ValueTask<ProposalOutcome> ContinueAsync<TCommand>(in TCommand command, ServerCall call, in BegunProposal begun)
        where TCommand : ICommand => begun.HasIdentity
            ? _attempts.RunAsync(new AsCommand<TCommand>(begun.Identity, command), call, begun)
            : _attempts.RunAsync(command, call, begun);

    /// <summary>Nothing more follows at once: what <see cref="TryBegin"/> has buffered as part of a burst is sent by the rules of the batcher.</summary>
    public void EndBurst() => _batcher.EndBurst();

    private ValueTask<ProposalOutcome> ProposeAsync<TCommand>(in TCommand command, ServerCall? call, AdmissionClass kind)
        where TCommand : ICommand
    {
        int size = command.Size;
        return call is not null && !SizeLimits.IsRequest(size, _maxRequestBytes)
            ? new ValueTask<ProposalOutcome>(_attempts.Refuse(ServerError.RequestTooLarge))
            : _attempts.RunAsync(command, call, _attempts.Arrive(size, call, kind));
    }
}
