using MetaStore.Raft.Runtime.Batching;
using MetaStore.Server.Applying;
using MetaStore.StateMachine.Commands;

namespace MetaStore.Server.Proposing;

/// <summary>Somebody who waits for what applying a command gives, or for its drop.</summary>
internal interface IResultWaiter : IProposalWaiter, ICompletable
{
    /// <summary>Keeps the result; <see cref="ICompletable.Complete"/> follows once it is published. Thread: apply.</summary>
    void SetResult(in CommandResult result);
}
