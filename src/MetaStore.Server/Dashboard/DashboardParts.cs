using MetaStore.Server.Auth.Tokens;
using MetaStore.Server.Dashboard.Changes;
using MetaStore.Server.Dashboard.Keys;
using MetaStore.Server.Dashboard.Looks;
using MetaStore.Server.Forwarding;
using MetaStore.StateMachine;

namespace MetaStore.Server.Dashboard;

/// <summary>The parts that serve the dashboard.</summary>
internal sealed class DashboardParts
{
    /// <summary>Creates the parts; nothing runs until a page requests it.</summary>
    /// <param name="memberId">This member.</param>
    /// <param name="clusterId">Its cluster.</param>
    /// <param name="own">The services of this member.</param>
    /// <param name="channels">Connections to the other members; owned by the caller.</param>
    /// <param name="token">By which the others know this member.</param>
    /// <param name="machine">Supplies members, alarms and the history of keys.</param>
    /// <param name="stopping">Cancels all open responses.</param>
    public DashboardParts(
        ulong memberId, ulong clusterId, OwnServices own, LeaderChannels channels, MemberToken token, ReplicatedStateMachine machine, CancellationToken stopping)
    {
        var calls = new MemberCalls(memberId, own, channels, token);
        Own = own;
        MemberId = memberId;
        ClusterId = clusterId;
        Stopping = stopping;
        Looks = new ClusterLooks(memberId, machine, calls, TimeProvider.System, stopping);
        Keys = new KeyPages(own, machine.Reader);
        Tail = new WatchTail(own);
        Batching = new BatchingChange(machine.Members, calls);
        SignIn = new SignIn(own);
    }

    public ulong MemberId { get; }

    public ulong ClusterId { get; }

    public OwnServices Own { get; }

    public ClusterLooks Looks { get; }

    public KeyPages Keys { get; }

    public WatchTail Tail { get; }

    public BatchingChange Batching { get; }

    public SignIn SignIn { get; }

    public CancellationToken Stopping { get; }
}
