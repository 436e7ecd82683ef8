using MetaStore.Server.Budgets;
using MetaStore.Server.Observability.Stages;
using MetaStore.StateMachine.Commands;

namespace MetaStore.Server.Proposals;

/// <summary>The outcome of a proposal: a result of the state machine, or the reason why there is none.</summary>
/// <param name="Error">None when <paramref name="Result"/> is valid; the result may itself be an error.</param>
/// <param name="Result">The result of applying.</param>
/// <param name="Share">Budget that the response holds; the awaiting caller disposes it. Null when it holds none.</param>
/// <param name="Times">Times of the stages after the batcher; empty without a result.</param>
internal readonly record struct ProposalOutcome(ServerError Error, CommandResult Result, ResponseShare? Share = null, ProposalTimes Times = default);
