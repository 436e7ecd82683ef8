using MetaStore.Raft.Messages;
using MetaStore.Raft.Reads;
using MetaStore.Raft.Tracking;

namespace MetaStore.Raft.Replication;

/// <summary>Handles heartbeat responses: they resume replication after lost messages, and they confirm reads.</summary>
internal sealed class HeartbeatResponseHandler(RaftState state, Replicator replicator, ReadIndexQueue reads)
{
    public void Handle(Message message)
    {
        if (state.Role != Role.Leader)
        {
            return;
        }

        if (state.Tracker.Find(message.From) is not { } member)
        {
            state.Drop(message);
            return;
        }

        member.RecentActive = true;
        member.Resume();

        // An append may have been lost. Sending one, empty if need be, is refused in that case, and probing starts over.
        if (member.Match < state.Log.LastIndex || member.State == ProgressState.Probe)
        {
            replicator.Probe(member);
        }

        if (message.Context != 0 && !reads.OnAnswer(member, message.Context))
        {
            state.Drop(message);
        }
    }
}
