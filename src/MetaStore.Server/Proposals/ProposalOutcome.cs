using MetaStore.Server.Budgets;
using MetaStore.Server.Observability.Stages;
using MetaStore.StateMachine.Commands;

namespace MetaStore.Server.Proposals;

/// <summary>What became of a proposal: a result of the state machine, or the reason why there is none.</summary>
/// <param name="Error">None when <paramref name="Result"/> means anything, which may be an error of its own.</param>
/// <param name="Result">What applying it gave.</param>
/// <param name="Share">Room that the answer takes; who awaits the outcome gives it back. Null when it takes none.</param>
/// <param name="Times">When it passed the stages below the batcher; empty without a result.</param>
internal readonly record struct ProposalOutcome(ServerError Error, CommandResult Result, ResponseShare? Share = null, ProposalTimes Times = default);
