using MetaStore.Batching;
using MetaStore.Server.Apply;
using MetaStore.Server.Budgets;
using MetaStore.Server.Observability.Stages;
using MetaStore.StateMachine.Commands;

namespace MetaStore.Server.Proposals;

/// <summary>Receives the result of applying a command, or the failure of its proposal.</summary>
internal interface IResultWaiter : IProposalWaiter, ICompletable
{
    /// <summary>False when the wait has ended already: no response needs to be built then.</summary>
    bool IsWaiting { get; }

    /// <summary>Stores the result; <see cref="ICompletable.Complete"/> follows once it is published. Thread: apply.</summary>
    /// <param name="result">The result of applying.</param>
    /// <param name="share">Budget that the response holds, owned by the waiter from now on; null when it holds none.</param>
    void SetResult(in CommandResult result, ResponseShare? share);

    /// <summary>Stores the times of the stages, for diagnosis. Thread: apply, before <see cref="ICompletable.Complete"/>.</summary>
    void SetTimes(in ProposalTimes times)
    {
    }
}
