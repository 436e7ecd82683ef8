using MetaStore.Batching;
using MetaStore.Server.Budgets;
using MetaStore.Server.Proposals;
using MetaStore.Simulation.Checkers;
using MetaStore.StateMachine.Commands;

namespace MetaStore.Simulation.Clients;

/// <summary>Waits on a node for one write of a client, as a server call does.</summary>
internal sealed class SimWaiter(SimClient client, Operation operation) : IResultWaiter
{
    private CommandResult _result;

    public bool IsWaiting => true;

    public void SetResult(in CommandResult result, ResponseShare? share) => _result = result;

    public void Complete()
    {
        operation.Revision = _result.Succeeded ? _result.Revision : 0;
        operation.Answer = AnswerText.Of(_result);
        client.Finish(operation, Outcome.Done);
    }

    public void OnDropped(ProposalFailure reason) => client.Finish(operation, reason.NeverProposed() ? Outcome.Failed : Outcome.Unknown);
}
