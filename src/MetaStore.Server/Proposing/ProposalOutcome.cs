using MetaStore.StateMachine.Commands;

namespace MetaStore.Server.Proposing;

/// <summary>What became of a proposal: a result of the state machine, or the reason why there is none.</summary>
/// <param name="Error">None when <paramref name="Result"/> means anything, which may be an error of its own.</param>
/// <param name="Result">What applying it gave.</param>
internal readonly record struct ProposalOutcome(ServerError Error, CommandResult Result);
