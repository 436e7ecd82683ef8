using MetaStore.Batching;
using MetaStore.Server.Apply;
using MetaStore.Server.Budgets;
using MetaStore.Server.Observability.Stages;
using MetaStore.StateMachine.Commands;

namespace MetaStore.Server.Proposals;

/// <summary>Somebody who waits for what applying a command gives, or for its drop.</summary>
internal interface IResultWaiter : IProposalWaiter, ICompletable
{
    /// <summary>False when the wait is over already: no answer needs to be made then.</summary>
    bool IsWaiting { get; }

    /// <summary>Keeps the result; <see cref="ICompletable.Complete"/> follows once it is published. Thread: apply.</summary>
    /// <param name="result">What applying gave.</param>
    /// <param name="share">Room that the answer takes, now the waiter's to give back; null when it takes none.</param>
    void SetResult(in CommandResult result, ResponseShare? share);

    /// <summary>Keeps when it passed the stages, for who wants to know. Thread: apply, before <see cref="ICompletable.Complete"/>.</summary>
    void SetTimes(in ProposalTimes times)
    {
    }
}
