namespace MetaStore.Raft.Elections;

/// <summary>
/// A leader without contact to a quorum for an election timeout steps down, so that clients look for another (thesis §6.2).
/// </summary>
internal sealed class CheckQuorum(RaftState state, RoleTransitions roles)
{
    /// <summary>Called once per election timeout on a leader.</summary>
    public void Run()
    {
        bool active = state.Tracker.TakeQuorumActive(state.Id);
        if (state.Config.CheckQuorum && !active)
        {
            state.Report(RaftEventKind.QuorumLost);
            roles.BecomeFollower(state.Term, 0);
        }
    }
}
