using MetaStore.Raft.Messages;
using MetaStore.Raft.Runtime;
using MetaStore.Raft.Runtime.Batching;
using MetaStore.Server.Proposing;
using MetaStore.StateMachine;
using MetaStore.StateMachine.Commands;

namespace MetaStore.Server.Applying;

/// <summary>Decodes one committed entry into commands, applies them in order and keeps each result with its caller.</summary>
/// <remarks>Thread: apply. Callers are only collected here; they are woken when the group is published.</remarks>
internal sealed class EntryApplier(ReplicatedStateMachine machine, ProposalBatcher batcher, CompletionBatchPool answered)
{
    /// <summary>Applies an entry of type <see cref="EntryType.Normal"/>.</summary>
    /// <returns>Commands in it; 0 for a leader's empty entry or one that was applied before.</returns>
    /// <exception cref="ProposalCodecException">The entry cannot be read: the node must stop.</exception>
    /// <exception cref="CommandFormatException">A command cannot be read: the node must stop.</exception>
    public int Apply(in Entry entry)
    {
        if (entry.Data.IsEmpty)
        {
            if (machine.BeginEntry(entry.Index, entry.Term))
            {
                machine.EndEntry();
            }

            return 0;
        }

        ProposalBatch proposals = ProposalCodec.Decode(entry.Data);
        if (!machine.BeginEntry(entry.Index, entry.Term))
        {
            return 0;
        }

        bool isOurs = batcher.Pending.TryTake(proposals.MemberId, proposals.FirstId, out SharedBatch? waiting);
        int position = 0;
        foreach (ReadOnlyMemory<byte> command in proposals)
        {
            CommandResult result = machine.Apply(command);
            if (isOurs && waiting!.WaiterAt(position) is IResultWaiter waiter)
            {
                waiter.SetResult(result);
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
