using MetaStore.Raft.Messages;
using MetaStore.Raft.Replication;
using MetaStore.Raft.Tracking;

namespace MetaStore.Raft.Transfer;

/// <summary>Leadership transfer (thesis §3.10): proposals and reads stop, the target catches up, then it campaigns at once.</summary>
internal sealed class LeaderTransfer(RaftState state, Replicator replicator)
{
    private int _ticks;

    /// <summary>Starts a transfer; aborted after one election timeout. Only another voter of the incoming set can be the target.</summary>
    public void Request(ulong transferee)
    {
        if (state.Role != Role.Leader || transferee == state.Id || transferee == state.Transferee || !IsEligible(transferee))
        {
            return;
        }

        state.Transferee = transferee;
        _ticks = 0;
        state.Report(RaftEventKind.LeaderTransfer, transferee);
        Progress member = state.Tracker.Find(transferee)!;
        if (member.Match == state.Log.LastIndex)
        {
            Release(member);
        }
        else
        {
            member.Resume();
            replicator.WantBroadcast();
        }
    }

    /// <summary>A follower forwarded a request.</summary>
    public void Handle(Message message) => Request(message.From);

    /// <summary>A member acknowledged entries.</summary>
    public void OnProgress(Progress member)
    {
        if (member.NodeId == state.Transferee && member.Match == state.Log.LastIndex)
        {
            Release(member);
        }
    }

    /// <summary>The membership changed during a transfer.</summary>
    public void OnMembershipChanged()
    {
        if (state.Transferee != 0 && !IsEligible(state.Transferee))
        {
            GiveUp();
        }
    }

    /// <summary>One tick on a leader.</summary>
    public void Tick()
    {
        if (state.Transferee != 0 && ++_ticks >= state.Config.ElectionTicks)
        {
            GiveUp();
        }
    }

    private bool IsEligible(ulong node) => state.Tracker.Voters.Incoming.Contains(node);

    // Carries the end of the log, so that a target which lost it meanwhile does not campaign without a chance to win.
    private void Release(Progress member)
    {
        state.TransferTerm = state.Term;
        state.Outbox.Send(new Message
        {
            Type = MessageType.TimeoutNow,
            To = member.NodeId,
            From = state.Id,
            Term = state.Term,
            Index = state.Log.LastIndex,
            LogTerm = state.Log.LastTerm,
        });
    }

    private void GiveUp()
    {
        state.Report(RaftEventKind.LeaderTransfer, state.Transferee, value: 1);
        state.Transferee = 0;
    }
}
