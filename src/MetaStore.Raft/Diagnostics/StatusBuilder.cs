using MetaStore.Raft.Tracking;

namespace MetaStore.Raft.Diagnostics;

/// <summary>Copies the state into a <see cref="RaftStatus"/>.</summary>
internal static class StatusBuilder
{
    public static RaftStatus Make(RaftState state) => new()
    {
        NodeId = state.Id,
        Role = state.Role,
        Leader = state.Leader,
        Term = state.Term,
        Vote = state.Vote,
        Commit = state.Log.Committed,
        Applied = state.Log.Applied,
        FirstIndex = state.Log.FirstIndex,
        LastIndex = state.Log.LastIndex,
        PersistedIndex = state.Log.Persisted,
        ConfState = state.Tracker.State,
        Transferee = state.Transferee,
        UncommittedBytes = state.UncommittedBytes,
        CommittedInTerm = state.CommittedInTerm,
        Followers = state.Role == Role.Leader ? Followers(state) : [],
    };

    private static FollowerStatus[] Followers(RaftState state)
    {
        var followers = new FollowerStatus[state.Tracker.Members.Length];
        for (int i = 0; i < followers.Length; i++)
        {
            Progress member = state.Tracker.Members[i];
            followers[i] = new FollowerStatus(
                member.NodeId,
                member.Match,
                member.Next,
                member.State,
                member.IsLearner,
                member.RecentActive,
                member.Inflights.Count,
                member.PendingSnapshot);
        }

        return followers;
    }
}
