using MetaStore.Batching;
using MetaStore.Batching.Admission;
using MetaStore.Server.Budgets;
using MetaStore.Server.Proposals;
using MetaStore.StateMachine.Commands;

namespace MetaStore.Simulation.Nodes;

/// <summary>Proposals of the node itself, made like the product's proposer: what was never proposed is retried for a while.</summary>
internal sealed class SimProposer(SimProcess process)
{
    private static readonly TimeSpan RetryPause = TimeSpan.FromMilliseconds(20);

    /// <summary>Proposes and waits.</summary>
    /// <returns>True when it was applied without an error; false when it was not, or that is not known.</returns>
    public async ValueTask<bool> ProposeAsync<TCommand>(TCommand command)
        where TCommand : ICommand
    {
        var encoder = new CommandEncoder<TCommand>(command);
        long end = process.Cluster.Kernel.Now + SimProcess.RequestTimeout.Ticks;
        while (true)
        {
            var waiter = new Waiter();
            if (process.Batcher.Enqueue(encoder, waiter) != ProposalAdmissionResult.Accepted)
            {
                return false;
            }

            ProposalFailure? dropped = await waiter.Outcome.Task;
            if (dropped is null)
            {
                return waiter.Succeeded;
            }

            if (!dropped.Value.NeverProposed() || process.Cluster.Kernel.Now >= end)
            {
                return false;
            }

            var over = new TaskCompletionSource();
            process.Schedule(process.Time.InTrueTime(RetryPause), over.SetResult);
            await over.Task;
        }
    }

    private sealed class Waiter : IResultWaiter
    {
        /// <summary>Null once it is applied, else why it was dropped.</summary>
        public TaskCompletionSource<ProposalFailure?> Outcome { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public bool Succeeded { get; private set; }

        public bool IsWaiting => true;

        public void SetResult(in CommandResult result, ResponseShare? share) => Succeeded = result.Error == ErrorCode.None;

        public void Complete() => Outcome.TrySetResult(null);

        public void OnDropped(ProposalFailure reason) => Outcome.TrySetResult(reason);
    }
}
