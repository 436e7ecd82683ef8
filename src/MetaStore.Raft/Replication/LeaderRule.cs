using MetaStore.Raft.Messages;

namespace MetaStore.Raft.Replication;

/// <summary>One leader per term (thesis §3.6.3): decides whether a sender is accepted as leader.</summary>
internal static class LeaderRule
{
    /// <summary>False when this node leads the term itself, or follows another leader of the same term.</summary>
    public static bool Accepts(RaftState state, Message message) =>
        state.Role != Role.Leader && (state.Leader == 0 || state.Leader == message.From);
}
