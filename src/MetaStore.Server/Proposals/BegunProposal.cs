using MetaStore.Batching.Admission;
using MetaStore.Batching.Admission.Queueing;
using MetaStore.StateMachine.Auth;

namespace MetaStore.Server.Proposals;

/// <summary>A command that is being proposed: what <see cref="Proposer"/> needs when it is applied or has failed. Times are timestamps of the proposer's clock.</summary>
internal struct BegunProposal
{
    /// <summary>Whose credit it holds.</summary>
    public ConnectionCredits Credits;

    /// <summary>Which credits it may take.</summary>
    public AdmissionClass Kind;

    /// <summary>Bytes of the encoded command.</summary>
    public int Size;

    /// <summary>The deadline is the client's, not the server's.</summary>
    public bool IsClientDeadline;

    /// <summary>When it came.</summary>
    public long ArrivedAt;

    /// <summary>When it times out.</summary>
    public long DeadlineAt;

    /// <summary>When it got its credit.</summary>
    public long AdmittedAt;

    /// <summary>When it was last passed to the batcher.</summary>
    public long EnqueuedAt;

    /// <summary>It carries <see cref="Identity"/>, since auth was on.</summary>
    public bool HasIdentity;

    /// <summary>Whose command it is.</summary>
    public AuthIdentity Identity;

    /// <summary>Why the last attempt was not proposed; None before the first one.</summary>
    public ServerError Failed;

    /// <summary>The wait for its result; await it once.</summary>
    public ProposalWait Outcome;
}
