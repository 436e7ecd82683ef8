using System.Text;
using MetaStore.Raft.Proposals;

namespace MetaStore.Raft.Runtime.Tests.Node.Rig;

/// <summary>A proposal of a text, and the answers to it.</summary>
internal sealed class TestProposal(string text) : Proposal
{
    private readonly TaskCompletionSource<(ulong Term, ProposeOutcome Outcome)> _answer = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Completes with the one answer; a second one fails the raft thread.</summary>
    public Task<(ulong Term, ProposeOutcome Outcome)> Answer => _answer.Task;

    public override ReadOnlyMemory<byte> Data { get; } = Encoding.UTF8.GetBytes(text);

    public override void OnProposed(ulong term, ProposeOutcome outcome) => _answer.SetResult((term, outcome));
}
