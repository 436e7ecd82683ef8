using System.Diagnostics;
using MetaStore.Batching;
using MetaStore.Batching.Entries;
using MetaStore.Raft.Messages;
using MetaStore.Raft.Runtime.Node.Committed;
using MetaStore.Server.Budgets;
using MetaStore.Server.Observability.Metrics;
using MetaStore.Server.Observability.Stages;
using MetaStore.Server.Proposals;
using MetaStore.StateMachine;
using MetaStore.StateMachine.Commands;
using MetaStore.StateMachine.Commands.Codec;
using MetaStore.StateMachine.Mvcc.Reading;

namespace MetaStore.Server.Apply;

/// <summary>Decodes one committed entry into commands, applies them in order and keeps each result with its caller.</summary>
/// <remarks>Thread: apply. Callers are only collected here; they are completed when the group is published.</remarks>
/// <param name="machine">The state that is changed.</param>
/// <param name="batcher">Finds the callers of entries that this member proposed.</param>
/// <param name="answered">Collects the callers.</param>
/// <param name="metrics">Records how long each command took.</param>
/// <param name="responses">Bounds the memory of responses; null means unbounded.</param>
internal sealed class EntryApplier(
    ReplicatedStateMachine machine, ProposalBatcher batcher, CompletionBatchPool answered, ApplyMetrics metrics, ResponseBudget? responses)
{
    private ResponseShare? _share = responses?.OpenForApplied();

    /// <summary>Applies an entry of type <see cref="EntryType.Normal"/>.</summary>
    /// <param name="entry">The entry.</param>
    /// <param name="committedAt">When the entry was passed on as committed.</param>
    /// <returns>The number of commands in it; 0 for a leader's empty entry or one that was applied before.</returns>
    /// <exception cref="BatchFormatException">The entry cannot be decoded: the node must stop.</exception>
    /// <exception cref="CommandFormatException">A command cannot be decoded: the node must stop.</exception>
    public int Apply(in Entry entry, long committedAt)
    {
        if (entry.Data.IsEmpty)
        {
            if (machine.BeginEntry(entry.Index, entry.Term))
            {
                machine.EndEntry();
            }

            return 0;
        }

        BatchReader proposals = BatchCodec.Decode(entry.Data);
        if (!machine.BeginEntry(entry.Index, entry.Term))
        {
            return 0;
        }

        bool isOurs = batcher.Pending.TryTake(proposals.MemberId, proposals.FirstId, out ProposalBatch? waiting, proposals.Count);
        int position = 0;
        long begunAt = Stopwatch.GetTimestamp();
        foreach (ReadOnlyMemory<byte> command in proposals)
        {
            // Without a waiting call, as on other members or during replay, no response is made.
            ProposalCompletion? waiter = isOurs ? (ProposalCompletion)waiting!.WaiterAt(position) : null;
            bool isWanted = waiter is { IsWaiting: true };
            CommandResult result = machine.Apply(command, isWanted ? _share : AnswerMeter.Unwanted);
            long now = Stopwatch.GetTimestamp();
            metrics.OnApplied(command, result, Stopwatch.GetElapsedTime(begunAt, now));
            begunAt = now;
            if (waiter is not null)
            {
                waiter.SetResult(result, isWanted ? TakeShare(result) : null);
                waiter.SetTimes(new ProposalTimes(entry.Index, waiting!.FlushedAt, committedAt, now));
                answered.Add(waiter);
            }

            position++;
        }

        machine.EndEntry();
        if (isOurs)
        {
            batcher.OnBatchDone(waiting!);
        }

        return position;
    }

    /// <summary>A share that holds memory goes with its response; one that holds none is reused for the next command.</summary>
    private ResponseShare? TakeShare(in CommandResult result)
    {
        if (_share is not { Bytes: > 0 } share)
        {
            return null;
        }

        if (share.HoldsRoom || result.AnswerDropped)
        {
            _share = responses!.OpenForApplied();
            return share;
        }

        share.Reset();
        return null;
    }

    /// <summary>Applies a membership change: its context is the command that changes the member records.</summary>
    /// <returns>False when it was applied before.</returns>
    public bool Apply(in Entry entry, AppliedConfChange change)
    {
        if (!machine.BeginEntry(entry.Index, entry.Term))
        {
            return false;
        }

        if (!change.Change.Context.IsEmpty)
        {
            machine.Apply(change.Change.Context);
        }

        foreach (ConfChangeStep step in change.Change.Steps)
        {
            if (step.Type == ConfChangeType.Remove)
            {
                machine.RemoveMember(step.NodeId);
            }
        }

        machine.EndEntry();
        return true;
    }
}
